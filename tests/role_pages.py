"""A folder of pages '<Role> Interview Prep', made from a seed: the shape, the size and the traps of a real collection.

Every word is ours. `collection` gives what a reader must find; `write` puts it on a disk. It is used by tests, and by
the benchmark of the import.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from random import Random

ROLES = 4460
SHARED = 370  # names that stand in more than one folder
OLDER = 0.2  # the share of pages without a paragraph on the role
REQUESTS = 0.05  # the share of questions without a question mark

_FIELDS = {
    "Air and Sea": "Pilot|Deckhand|Harbour Master|Flight Attendant|Ship's Engineer|Air Traffic Controller|Lock Keeper|Bosun",
    "Animals": "Vet|Dog Trainer|Farrier|Beekeeper|Zoo Keeper|Kennel Hand|Shearer|Fish Farmer",
    "Building": "Roofer|Bricklayer|Site Manager|Crane Driver|Plasterer|Surveyor|Glazier|Scaffolder",
    "Care": "Care Worker|Social Worker|Youth Worker|Nanny|Support Worker|Foster Carer|Warden|Companion",
    "Crafts": "Potter|Blacksmith|Saddler|Watchmaker|Glassblower|Bookbinder|Luthier|Weaver",
    "Energy": "Line Worker|Turbine Fitter|Meter Reader|Boiler Engineer|Solar Installer|Grid Planner|Driller|Welder",
    "Farming": "Farm Hand|Agronomist|Vintner|Tractor Driver|Forester|Tree Surgeon|Grain Buyer|Gardener",
    "Film and Stage": "Producer|Stagehand|Camera Operator|Costume Maker|Sound Engineer|Prompter|Editor|Casting Agent",
    "Food": "Chef|Baker|Butcher|Waiter|Brewer|Cheesemaker|Barista|Dishwasher",
    "Health": "Nurse|Midwife|Radiographer|Pharmacist|Dentist|Optician|Paramedic|Physiotherapist",
    "Hospitality": "Concierge|Housekeeper|Night Porter|Tour Guide|Event Planner|Receptionist|Bartender|Hotel Manager",
    "Languages": "Translator|Interpreter|Subtitler|Lexicographer|Copy Editor|Speech Writer|Proofreader|Court Reporter",
    "Law": "Solicitor|Paralegal|Notary|Bailiff|Legal Secretary|Mediator|Probation Officer|Patent Clerk",
    "Machines": "Lathe Operator|Toolmaker|Lift Mechanic|Press Operator|Quality Inspector|Maintenance Fitter|Packer|Foundry Worker",
    "Money": "Accountant|Auditor|Bank Clerk|Payroll Officer|Actuary|Tax Adviser|Insurance Agent|Cashier",
    "Music": "Piano Tuner|Choir Leader|Organist|Music Teacher|Roadie|Composer|Festival Booker|Arranger",
    "Numbers": "Data Analyst|Statistician|Survey Designer|Demographer|Modeller|Forecaster|Data Steward|Quant",
    "People": "Recruiter|Trainer|Payroll Adviser|Staff Nurse Manager|Union Secretary|Mediation Officer|Career Adviser|Coach",
    "Public Office": "Town Clerk|Planner|Registrar|Customs Officer|Fire Fighter|Police Officer|Park Ranger|Postal Worker",
    "Science": "Chemist|Geologist|Lab Technician|Botanist|Field Biologist|Physicist|Microscopist|Glaciologist",
    "Selling": "Sales Assistant|Buyer|Estate Agent|Florist|Market Trader|Merchandiser|Call Agent|Auctioneer",
    "Software": "Developer|Tester|Database Keeper|Support Engineer|Release Manager|Product Owner|Security Analyst|Web Designer",
    "Teaching": "Teacher|Teaching Assistant|Lecturer|School Secretary|Driving Instructor|Librarian|Tutor|Head Teacher",
    "Transport": "Bus Driver|Train Guard|Courier|Dispatcher|Forklift Driver|Tram Driver|Stevedore|Fleet Manager",
}
_FIRST = (
    "Senior|Junior|Lead|Assistant|Chief|Night|Regional|Trainee|Deputy|Freelance|Mobile|Rural|Seasonal|Technical|"
    "Relief|Head|Principal|Associate|Volunteer|Contract|Island|Hospital|University|Museum"
)
_SPECIALTIES = "Planning|Repair|Inspection|Service|Training|Night Work|Trade|Research|Emergencies|Export"
TRICKY = (
    "C# Developer", "C++ Developer", ".NET Tester", "F# / OCaml Modeller", "UI/UX Web Designer", "A/V Technician",
    "Maître d'Hôtel", "Résumé Writer", "Crèche Worker", "Café Manager", "Señor Buyer", "Tür- und Torbauer",
    "Nurse (ICU)", "Vet (Large Animals)", "Producer [Contract]", "Teacher [Maths] (Year 7/8)", "R&D Chemist",
    "24/7 Dispatcher", "Interview Prep Coach", "Head of People & Culture", "Ship's Engineer (3rd)", "Łódź Tram Driver",
    "Potter – Raku", "Data Analyst, Level 2", "VP / Sales", "Actor/Singer", "I/O Physicist", "Żubrówka Brewer",
)  # fmt: skip
_THINGS = (
    "a leaking valve|a late delivery|the weekly rota|a broken scale|an old map|a new colleague|the cold store|a lost key|"
    "the spare parts|a noisy pump|an unsigned form|the morning round|a cracked panel|a wrong invoice|the waiting list|"
    "a worn rope|the night log|a blocked drain|a shy apprentice|the first aid box|a missing crate|a tired crew|"
    "the test bench|a double booking|an empty shelf|the fuel card|a faded label|a rude caller|the last batch|a loose wire"
)
_PEOPLE = "a neighbour|a new owner|an inspector|two regulars|a worried parent|the foreman|a visitor|a supplier|an auditor|a guest"
_ASKED = (
    "How do you deal with {thing} when {people} is waiting for an answer?",
    "What is the difference between {thing} and {other}, and why does it matter to {people}?",
    "What would you do if {people} asked you to ignore {thing}?",
    "Which tools have you used so far for {thing}, and what did they fail to show you?",
    "Why do you want to work as a {role}, with {thing} on most days?",
    "How would you explain {thing} to {people} who has never seen one?",
    "What experience do you have with {thing} and with {other}?",
    "When {thing} and {other} both need you at once, how do you decide which comes first?",
    "Who has to be told about {thing}, and how soon?",
    "You find {thing} next to {other} at the end of a shift. What do you do?",
)
_REQUESTED = (
    "Describe a time when {thing} nearly cost you the day, and what you changed afterwards.",
    "Walk me through what you do with {thing}, from the first look to the last note",
    "Tell me about {people} who disagreed with you over {thing}.",
    "Give an example of how you made {thing} less of a burden for everybody.",
)
_EMOJI = ("🚀", "🎯", "📌", "⚓", "🧰", "👩‍🔧", "❤️", "🏗️", "🌾", "✨")
_WELCOME = (
    "Welcome to this page for everybody who hopes to work as a {role}! {emoji}",
    "**Welcome!** Here you can get ready to be asked about the work of a {role}.",
)
_PARAGRAPH = (
    "A {role} spends much of the day with {thing} and with {other}. The work asks for calm hands, a clear head and the "
    "patience to explain both to {people}. Most people come to it from a trade close by, and stay because no two days "
    "are alike."
)
_ADVICE = (
    "## {emoji} Before the Day\n\n"
    "- Do you know the way, and how long it takes at that hour?\n"
    "- Read the advert twice, and mark what you have done already.\n"
    "1. Find two people who would speak for you.\n"
    "2. Put the papers you need into one folder.\n\n"
    "## {emoji} What Interviewers Look For\n\n"
    "They want to hear what you did, step by step, and what came of it. A {role} who can say how {thing} was mended, in "
    "what order and with whose help, is believed sooner than one who says that everything always went well. Keep to one "
    "case, say where it was, and end with what was different afterwards. If you have never met {other}, say so, and say "
    "what you would ask first. Nobody expects you to know the house before you have worked in it.\n"
)
_CLOSING = (
    "\n## {emoji} Questions of Your Own\n\n"
    "Ask who looks after {thing} now, how the team finds out about {other}, and what would be yours to decide. Two good "
    "questions are enough, and it does no harm to have them on a slip of paper.\n\n"
    "## {emoji} Sample Questions for a {role}\n\n"
)
_ADVERT = "[{emoji} Practise more questions for a {role}](https://example.org/practice/{id}?from=pages)"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was made: where it stands, its text, and what a reader must find in it."""

    place: str
    text: str
    name: str
    description: str | None
    source_id: str
    prompts: tuple[str, ...]


def collection(*, seed: int = 1, roles: int = ROLES) -> Iterator[Page]:
    """Yield the pages of a collection, the same for the same seed."""
    rng = Random(seed)
    taken: set[str] = set()
    for number, (name, field) in enumerate(_names(rng, roles)):
        specialties = _SPECIALTIES.split("|")
        start = rng.randrange(len(specialties))
        for turn in range(len(specialties)):
            specialty = (start + turn) % len(specialties)
            place = f"{_file_name(field)}/{_file_name(specialties[specialty])}/{_file_name(name)}.md"
            if place not in taken:
                break
        taken.add(place)
        yield _page(rng, place, name, f"{list(_FIELDS).index(field) + 1}_{specialty + 1}_{number + 1}")


def write(folder: Path, *, seed: int = 1, roles: int = ROLES) -> list[Page]:
    """Write a collection with its README, and give its pages in the order of their places."""
    pages = sorted(collection(seed=seed, roles=roles), key=lambda page: page.place)
    for page in pages:
        file = folder / page.place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.text.encode())
    (folder / "README.md").write_bytes(readme(pages).encode())
    return pages


def readme(pages: list[Page]) -> str:
    """Give the large page at the top: CRLF, numbered lines in bold, and no question to practise."""
    lines = ["# Interview Prep for Every Job", "", f"{len(pages)} pages to practise with. {_EMOJI[0]}", ""]
    lines += ["## How to Use It", "", "1. **Find your job in the list.**", "2. **Describe your work to a friend.**", ""]
    lines += ["## Sample Questions by Job", ""]
    lines += [f"{n}. **{page.name}** - [open the page]({page.place})" for n, page in enumerate(pages, 1)]
    return "\r\n".join(lines) + "\r\n"


def _names(rng: Random, roles: int) -> list[tuple[str, str]]:
    """Give names with their fields; some names come twice, each time in another field."""
    fields = list(_FIELDS)
    shared = min(SHARED, roles // 12)
    made = [
        (f"{first} {job}", field)
        for field in fields
        for job in _FIELDS[field].split("|")
        for first in _FIRST.split("|")
    ]
    rng.shuffle(made)
    unique = dict(made)
    tricky = [(name, rng.choice(fields)) for name in TRICKY]
    singles = (tricky + list(unique.items()))[: roles - shared]
    again = [(name, fields[(fields.index(field) + 7) % len(fields)]) for name, field in singles[:shared]]
    return singles + again


def _page(rng: Random, place: str, name: str, source_id: str) -> Page:
    things, people = rng.sample(_THINGS.split("|"), 12), rng.sample(_PEOPLE.split("|"), 6)
    words = {"role": name, "emoji": rng.choice(_EMOJI), "thing": things[0], "other": things[1], "people": people[0]}
    description = None if rng.random() < OLDER else _PARAGRAPH.format(**words)
    drawn = (_prompt(rng, name, things, people) for _ in repeat(None))
    prompts = tuple(islice(_once(drawn), rng.randint(9, 12)))
    items = [*prompts, _ADVERT.format(**words, id=source_id)]
    blocks = [f"# {_marked(name)} Interview Prep", rng.choice(_WELCOME).format(**words), description, ""]
    head = "\n\n".join(block for block in blocks if block is not None)
    listed = "\n".join(f"{n}. {item}" for n, item in enumerate(items, 1))
    text = head + _ADVICE.format(**words) + _CLOSING.format(**words) + listed
    return Page(place, text, name, description, source_id, prompts)


def _once(prompts: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for prompt in prompts:
        if prompt not in seen:
            seen.add(prompt)
            yield prompt


def _prompt(rng: Random, name: str, things: list[str], people: list[str]) -> str:
    shapes = _REQUESTED if rng.random() < REQUESTS else _ASKED
    thing, other = rng.sample(things, 2)
    return rng.choice(shapes).format(role=name, thing=thing, other=other, people=rng.choice(people))


def _marked(name: str) -> str:
    """Give a name as an author of Markdown writes it, with a backslash where a bracket would begin a link."""
    return name.replace("[", r"\[").replace("]", r"\]")


def _file_name(name: str) -> str:
    """Give a name without what file names lose: accents, `#`, `/` and brackets."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "_".join(re.sub(r"[#/()\[\]]", " ", plain).split())
