"""Mirror: the address from which this machine already gets Debian.

No address stands in this project: the machine's owner has chosen one, and apt knows it.
"""

from typing import Final

# For `apt-get indextargets --format`: one line per index of packages that apt knows.
FORMAT: Final = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)"


class NoMirror(Exception):
    """apt knows no ordinary Debian mirror."""


def choose(targets: str) -> str:
    """The mirror's address out of the lines that apt prints for `FORMAT`.

    The first of Debian's own main archive that is not the security one: that carries no
    `forky`. Before the first `apt-get update` apt leaves `$(ORIGIN)` as it stands; then
    an address that ends in `debian`, or in the `debian.list` of apt-transport-mirror(1) as on
    Debian's cloud images, will do.

    Raises:
        NoMirror: There is no such line.
    """
    for line in targets.splitlines():
        fields = line.strip().split("|")
        if len(fields) != 5:
            continue
        origin, label, component, release, address = fields
        address = address.rstrip("/")
        if component != "main" or "security" in f"{label} {release} {address}".lower():
            continue
        if origin == "Debian" or (
            origin.startswith("$") and address.endswith(("/debian", "/debian.list"))
        ):
            return address
    raise NoMirror("apt on this machine knows no Debian mirror")
