"""The routers, one module for each subject. A route calls one function of the domain or the assistant; never a rule."""
