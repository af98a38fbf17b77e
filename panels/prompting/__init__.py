"""What every prompt needs: plain answers, blind readers, and fences around what others wrote."""
