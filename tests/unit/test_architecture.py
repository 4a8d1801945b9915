"""The pages show what the code says."""

from ops.diagrams import PAGE, drawn


def test_the_diagrams_of_the_architecture_page_are_the_tables_of_the_code() -> None:
    page = PAGE.read_text()
    assert drawn(page) == page, "run: python -m ops.diagrams"
    assert page.count("stateDiagram-v2") == 3
