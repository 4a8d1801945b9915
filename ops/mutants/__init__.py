"""Mutation testing of the ACD and the language routing: does a test fail when the code is wrong?

`made` lists the mutants (mutmut's operators), `tried` runs the unit tests that call a mutant's
function against it. mutmut's own runner starts pytest anew for each mutant and sends every call
through a wrapper; that took hours, this takes some twenty minutes.
"""
