"""L-BFGS: Newton's method with the curvature of the cost estimated from the steps before."""
