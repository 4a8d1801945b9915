import pytest

from callcenter.provision.mirror import NoMirror, choose

SECURITY = "Debian|Debian-Security|main|trixie-security|http://mirror.example/debian-security/"
MAIN = "Debian|Debian|main|trixie|http://mirror.example/debian/"


def test_the_security_archive_is_passed_over_even_when_it_comes_first() -> None:
    assert choose(f"{SECURITY}\n{MAIN}\n") == "http://mirror.example/debian"


def test_others_who_use_apt_are_passed_over() -> None:
    others = "Docker|Docker CE|stable|trixie|https://other.example/linux/debian/\n"
    others += "Debian|Debian|contrib|trixie|http://contrib.example/debian/\n"
    others += "Ubuntu|Ubuntu|main|noble|http://ubuntu.example/ubuntu/\n"

    assert choose(others + MAIN) == "http://mirror.example/debian"


def test_before_the_first_update_the_address_alone_tells_debian() -> None:
    raw = "$(ORIGIN)|$(LABEL)|main|{release}|http://{host}/\n"
    targets = raw.format(release="stable", host="tools.example/apt")
    targets += raw.format(release="trixie-security", host="mirror.example/debian-security")
    targets += raw.format(release="trixie", host="mirror.example/debian")

    assert choose(targets) == "http://mirror.example/debian"


def test_a_list_of_mirrors_as_on_cloud_images_is_a_mirror() -> None:
    targets = "$(ORIGIN)|$(LABEL)|main|trixie|mirror+file:/etc/apt/mirrors/debian.list/\n"

    assert choose(targets) == "mirror+file:/etc/apt/mirrors/debian.list"


@pytest.mark.parametrize("targets", ["", "\n", "nonsense", SECURITY, "a|b|c"])
def test_without_a_debian_mirror_there_is_a_refusal(targets: str) -> None:
    with pytest.raises(NoMirror):
        choose(targets)
