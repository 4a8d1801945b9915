"""Loading a flow from YAML: names are resolved, mistakes refused with file and line.

The form of a flow file is explained at the top of `flows/public.yaml`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ivr_flows.checks import check
from ivr_flows.dialogue import Flow
from ivr_flows.languages import check_choices
from ivr_flows.load_questions import QuestionLoader
from ivr_flows.load_speech import SpeechLoader
from ivr_flows.load_steps import StepLoader
from ivr_flows.load_targets import Targets
from ivr_flows.phases import PHASES
from ivr_flows.prompts import Catalog, load_catalog
from ivr_flows.setting import Setting
from ivr_flows.steps import END, BranchStep, ClassStep, GatherStep, Step, TransferStep
from language_routing.yaml_lines import Located

FLOWS: Final = Path(__file__).parent / "flows"
PUBLIC: Final = FLOWS / "public.yaml"


def load_flow(
    path: Path, setting: Setting, catalog: Catalog | None = None, *, phase: str | None = None
) -> Flow:
    """The flow in `path`, as it is for one entry point of one site.

    Args:
        catalog: The prompts that exist; our own when none is given.
        phase: What it is to be used for; a flow for another phase is refused then.

    Raises:
        YamlError: The file cannot be used; the text is `file:line: sentence`.
        OSError: It cannot be read.
        ValueError: The languages of `setting` make no menu.
        CatalogError: Our own catalog cannot be used.
    """
    check_choices(setting.choices)
    catalog = catalog or load_catalog()
    document = Located.read(path)
    for language in _languages(setting):
        if language not in catalog.languages:
            raise document.error(f"the site's language {language} has no catalog")
    needed = ("start", "limit_ms", "steps")
    parts = document.mapping(("for", *needed), needed)
    runs = parts["for"].text() if "for" in parts else PHASES[0]
    if runs not in PHASES:
        raise parts["for"].error(f"a flow can only be for: {', '.join(PHASES)}")
    if phase not in (None, runs):
        raise document.error(f"this flow is for: {runs}; here one for: {phase} is needed")
    places = parts["steps"].mapping()
    if END in places:
        raise places[END].error(f"{END} is the name of the end; call this step otherwise")
    targets = Targets(places, setting)
    speech = SpeechLoader(setting, catalog, runs)
    questions = QuestionLoader(speech, setting.choices, targets)
    loader = StepLoader(speech, questions, targets, runs)
    # Also what is left out is read: a mistake shows at every site.
    steps = {at: loader.step(place) for at, place in places.items()}
    steps = {at: step for at, step in steps.items() if at not in targets.left_out}
    places = {at: place for at, place in places.items() if at in steps}
    _check_names(steps, places, setting)
    flow = Flow(
        name=path.stem,
        phase=runs,
        start=targets.target(parts["start"]),
        default_language=setting.default_language,
        languages=catalog.languages,
        limit_ms=parts["limit_ms"].integer(1000, 600_000),
        steps=steps,
        routing=setting.routing,
        relay=setting.relay,
    )
    check(flow, places)
    return flow


def _languages(setting: Setting) -> list[str]:
    return [setting.default_language, *(choice.language for choice in setting.choices)]


def _check_names(
    steps: Mapping[str, Step], places: Mapping[str, Located], setting: Setting
) -> None:
    """Classes and transfers are the site's own, and each question still has a key."""
    for at, step in steps.items():
        names: dict[str, Located] = {}
        parts = places[at].mapping()
        match step:
            case TransferStep(target=target):
                if target not in setting.transfers:
                    raise parts["transfer"].error(
                        f"this entry point has no number to transfer to as {target}; "
                        f"a step with `only: transfer:{target}` is left out then"
                    )
            case ClassStep(priority_class=name):
                names = {name: parts["set"]}
            case BranchStep(on="class"):
                names = parts["when"].mapping()
            case GatherStep(keys=keys) if not keys:
                raise parts["keys"].error("a question needs at least one key")
        for name, place in names.items():
            if setting.classes is not None and name not in setting.classes:
                raise place.error(
                    f"class {name} is not among the classes of this site; "
                    f"a step with `only: class:{name}` is left out then"
                )
