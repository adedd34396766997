"""The controls, each with how it is assessed: a module of rows for each group."""
