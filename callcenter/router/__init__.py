"""The router: journal -> ACD -> commands. One leader decides, any number of standbys follow."""
