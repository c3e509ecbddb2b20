"""What one types is found: by its beginning, inside, with a typo, and whatever accents and brackets it has."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recprep.core.search import SURE, Index, fold

ROLES = [
    "Records Coordinator",
    "Records Manager",
    "Coordinator of Records (Health)",
    "Nurse",
    "Registered Nurse (ICU)",
    "Nurse Practitioner",
    "IT Lead",
    "R&D Engineer",
    "CI/CD Engineer",
    "E-commerce Manager",
    "Café Manager",
    "Développeur C#",
    "Øresund Bridge Keeper",
    "Data Base Administrator",
    "Straßenbauer",
    "Chef de Projet / Sécurité",
]
LETTERS = string.ascii_lowercase


def found(text, names=ROLES, most=50):
    return [names[key] for key, _ in Index(enumerate(names)).find(text, most)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Café   MANAGER ", "cafe manager"),
        ("Nurse (ICU)", "nurse icu"),
        ("CI/CD, R&D", "ci cd r and d"),
        ("Interviewer’s it's", "interviewers its"),
        ("Straße Ørsted Łódź Œuvre", "strasse orsted lodz oeuvre"),
        ("ﬁle №5 １２", "file no5 12"),
        ("### --- !", ""),
    ],
)
def test_folding_forgives_case_accents_and_signs(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("record", "Records Coordinator"),
        ("coordinator records", "Records Coordinator"),
        ("nurse", "Nurse"),
        ("nurse icu", "Registered Nurse (ICU)"),
        ("nurse (icu)", "Registered Nurse (ICU)"),
        ("rd engineer", "R&D Engineer"),
        ("R and D", "R&D Engineer"),
        ("cicd", "CI/CD Engineer"),
        ("ecommerce", "E-commerce Manager"),
        ("e commerce", "E-commerce Manager"),
        ("cafe", "Café Manager"),
        ("CAFÉ", "Café Manager"),
        ("developpeur c", "Développeur C#"),
        ("oresund", "Øresund Bridge Keeper"),
        ("database", "Data Base Administrator"),
        ("strassenbauer", "Straßenbauer"),
        ("securite", "Chef de Projet / Sécurité"),
        ("itlead", "IT Lead"),
        ("ordinat", "Records Coordinator"),
        ("corodinator", "Records Coordinator"),
        ("recrods cordinator", "Records Coordinator"),
        ("registrd nrse", "Registered Nurse (ICU)"),
    ],
)
def test_what_was_meant_comes_first(text, first):
    assert found(text)[0] == first


def test_whole_names_come_first_then_beginnings_then_the_rest_each_in_its_order():
    names = ["Head Nurse", "Nurse Practitioner", "Nurse", "Nursery Aide", "Nurse Aide", "Wetnurse"]
    assert found("nurse", names) == [
        "Nurse",
        "Nurse Practitioner",
        "Nurse Aide",
        "Nursery Aide",
        "Head Nurse",
        "Wetnurse",
    ]


def test_a_typo_comes_after_all_that_was_typed_right_and_its_score_says_so():
    index = Index(enumerate(["Barber", "Baker"]))
    assert [(key, score >= SURE) for key, score in index.find("baker")] == [(1, True)]
    assert [(key, score >= SURE) for key, score in index.find("bakr")] == [(1, False)]


def test_further_texts_are_found_after_names():
    index = Index([(1, "Surgeon", "Nursing", "Wards"), (2, "Nursing Lead", "Health", None), (3, "Cook", "", "Kitchen")])
    assert [key for key, _ in index.find("nursing")] == [2, 1]
    assert [key for key, _ in index.find("wards nursing")] == [1]
    assert [key for key, _ in index.find("kitchen")] == [3]


def test_every_word_typed_has_to_be_met():
    assert found("nurse plumber") == []


@pytest.mark.parametrize("text", ["", "   ", "()/"])
def test_without_a_word_everything_is_given_in_its_order(text):
    assert found(text) == ROLES
    assert found(text, most=3) == ROLES[:3]


def test_no_more_is_given_than_asked_for():
    names = [f"Nurse {number}" for number in range(200)]
    assert len(found("nurse", names)) == 50
    assert found("nurse", names, most=None) == names
    assert found("nurse", names, most=2) == names[:2]


def test_the_word_and_is_no_hindrance_and_can_be_looked_for():
    names = ["Research & Development", "Research and Development", "Andes Guide"]
    assert found("research and development", names) == names[:2]
    assert found("research & development", names) == names[:2]
    assert found("and", names) == ["Andes Guide", *names[:2]]


def test_other_scripts_are_found():
    names = ["データ管理者", "档案管理员", "Архивист", "مدير السجلات"]
    assert found("管理", names) == names[:2]
    assert found("архив", names) == [names[2]]
    assert found("السجلات", names) == [names[3]]


@pytest.mark.parametrize("names", [[], [""], ["", "()"], ["a", "a"]])
@pytest.mark.parametrize("text", ["", "a", "records", "records coordinator", "a" * 500, "\n", "\0", "[a(*", "😀"])
def test_odd_names_and_odd_words_are_no_trouble(names, text):
    assert set(found(text, names)) <= set(names)


def mistyped(draw, name):
    """One letter too many, too few or another one, two swapped, or a space too few or too many."""
    at = draw(st.integers(0, len(name) - 1))
    kind = draw(st.sampled_from(("more", "less", "other", "swap", "gap")))
    letter = " " if kind == "gap" else draw(st.sampled_from(LETTERS))
    if kind == "swap":
        return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    return name[:at] + letter * (kind != "less") + name[at + (kind in ("less", "other")) :]


words = st.text(LETTERS, min_size=1, max_size=12)
plain_names = st.lists(words, min_size=1, max_size=4).map(" ".join).filter(lambda name: len(name.replace(" ", "")) >= 5)


@settings(max_examples=150, deadline=None)
@given(st.data(), plain_names, st.lists(plain_names, max_size=5))
def test_any_single_typo_still_finds_a_name(data, name, others):
    typed = mistyped(data.draw, name)
    assume(fold(typed))
    assert name in found(typed, [*others, name])


@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(st.text("aàâäbcçdeéèêfiîïłnñoôöøsštuùüyÿz", min_size=2, max_size=9), min_size=1, max_size=4))
def test_a_dropped_accent_still_finds_a_name(data, parts):
    name = " ".join(parts)
    at = data.draw(st.integers(0, len(name) - 1))
    typed = name[:at] + fold(name[at]) + name[at + 1 :] if name[at] != " " else name
    assert name in found(typed, ["Other", name])
    assert name in found(fold(name), ["Other", name])


@settings(max_examples=100, deadline=None)
@given(
    st.data(),
    st.lists(words, min_size=2, max_size=4),
    st.sampled_from(["()", "[]", "//", "&&", "--", "##", "''", "’’"]),
)
def test_a_dropped_bracket_still_finds_a_name(data, parts, signs):
    at = data.draw(st.integers(0, len(parts) - 1))
    name = " ".join([*parts[:at], signs[0] + parts[at] + signs[1], *parts[at + 1 :]])
    drop = data.draw(st.sampled_from([signs[0], signs[1], ""]))
    typed = name.replace(drop, "", 1) if drop else name
    assert name in found(typed, ["Other", name])


@settings(max_examples=60, deadline=None)
@given(plain_names, st.integers(1, 40))
def test_a_name_is_found_at_every_letter_typed(name, letters):
    assume(fold(name[:letters]))
    assert name in found(name[:letters], ["Other", name])


def test_roles_by_the_thousand_are_found_at_once():
    rng = random.Random(7)
    known = ["".join(rng.choice(LETTERS) for _ in range(rng.randint(3, 11))) for _ in range(3000)]
    names = [" ".join(rng.choices(known, k=rng.randint(2, 4))) for _ in range(4460)]
    index = Index((key, name, rng.choice(known)) for key, name in enumerate(names))
    index.find("warm up")
    taken = []
    for key in rng.sample(range(len(names)), 15):
        typed = names[key][:-2] + names[key][-1]
        began = time.perf_counter()
        assert key in dict(index.find(typed, most=None))
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[len(taken) // 2] < 0.05
