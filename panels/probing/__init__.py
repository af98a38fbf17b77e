"""What load balancers, supervisors and Prometheus ask a process: is it alive, ready, how is it."""
