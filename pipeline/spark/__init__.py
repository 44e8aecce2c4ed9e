"""Linking and rules on Apache Spark: the same SQL files, translated by sqlglot, for more rows than one machine holds.

Reading, normalising and validation stay where they are. `engine` runs the steps, `database` looks to them like DuckDB,
`dialect` puts a statement into Spark SQL, `rewrites` has what sqlglot does not translate, `functions` what Spark lacks.
Everything here needs the extra `spark`.
"""
