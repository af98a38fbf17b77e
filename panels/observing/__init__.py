"""What the process tells its operator: log lines, metrics, spans. Never a prompt, never an answer.

It knows neither Django nor the rest of the product: it is told values that hold no text of people
or models, so that none can leave by this way.
"""
