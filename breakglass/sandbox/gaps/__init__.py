"""What moto lacks or gets wrong, one file for each gap, named for it.

A gap is either a check, made before moto carries an operation out and raising what AWS would answer, or a class that
puts operations of its own over moto's. `breakglass.sandbox.services` says which are filled; moto itself is not
changed.
"""
