"""Two pages on one question never overwrite each other: both texts are kept, and offered."""

from playwright.sync_api import expect

from browser.desk import Desk, Form

OTHERS = "Other words are kept for this question"


def two_pages(desk: Desk) -> tuple[str, str]:
    """Open one question on two kernels, and begin on the second page; give the pages."""
    first, second = desk.lay_out(), desk.lay_out(kernel=desk.new_kernel())
    desk.open(first)
    desk.open(second).level("Prediction", 2).check()
    return first, second


def different_words(desk: Desk) -> Form:
    """Write different words on two pages; give the form of the second, which stands in front."""
    first, second = two_pages(desk)
    form = Form(desk.page)
    desk.show(first)
    form.write("First.")
    desk.show(second)
    form.write("Second.")
    return form


def test_a_page_on_which_nothing_was_begun_takes_up_the_words_of_another(desk: Desk) -> None:
    first, second = desk.lay_out(), desk.lay_out(kernel=desk.new_kernel())
    desk.open(first)
    desk.open(second)
    desk.show(first)
    form = Form(desk.page)
    form.write("Begun on the first page.")
    desk.show(second)
    expect(form.answer).to_have_value("Begun on the first page.")
    expect(form.heading(OTHERS)).to_be_hidden()


def test_two_kernels_on_one_question_keep_both_texts_and_offer_them(desk: Desk) -> None:
    first, second = two_pages(desk)
    form = Form(desk.page)
    desk.show(first)
    form.write("Written on the first page.")
    desk.show(second)
    form.write("Written on the second page.")
    expect(form.heading(OTHERS)).to_be_visible()
    assert desk.drafts() == {"Written on the first page.", "Written on the second page."}


def test_show_the_other_words_swaps_them_and_swaps_them_back(desk: Desk) -> None:
    form = different_words(desk)
    form.button("Show the other words").click()
    expect(form.answer).to_have_value("First.")
    form.button("Show the other words").click()
    expect(form.answer).to_have_value("Second.")
    assert desk.drafts() == {"First.", "Second."}


def test_what_is_typed_after_a_swap_is_kept_and_the_others_stay(desk: Desk) -> None:
    form = different_words(desk)
    form.button("Show the other words").click()
    expect(form.answer).to_have_value("First.")
    form.answer.press("End")
    form.answer.press_sequentially(" And on.")
    desk.wait_for_draft("And on.")
    assert desk.drafts() == {"First. And on.", "Second."}


def test_the_other_words_are_deleted_only_when_asked(desk: Desk) -> None:
    form = different_words(desk)
    form.button("Delete the other words").click()
    expect(form.heading(OTHERS)).to_be_hidden()
    expect(form.answer).to_have_value("Second.")
    assert desk.drafts() == {"Second."}


def test_two_tabs_on_one_kernel_follow_each_other(desk: Desk) -> None:
    page = desk.lay_out()
    form = desk.open(page)
    with desk.second_tab(page) as other:
        form.write("Begun here,")
        expect(other.answer).to_have_value("Begun here,")
        other.answer.press("End")
        other.answer.press_sequentially(" ended there.")
        expect(form.answer).to_have_value("Begun here, ended there.")
    assert desk.drafts() == {"Begun here, ended there."}


def test_two_tabs_on_one_kernel_that_type_at_once_keep_both_texts(desk: Desk) -> None:
    page = desk.lay_out()
    form = desk.open(page)
    with desk.second_tab(page) as other:
        for box in (form.answer, other.answer):
            box.evaluate("box => box.focus()")
        form.page.keyboard.insert_text("Typed here.")
        other.page.keyboard.insert_text("Typed there.")
        desk.wait_for_draft("here.")
        desk.wait_for_draft("Typed there.")
        expect(form.heading(OTHERS)).to_be_visible()
    assert desk.drafts() == {"Typed here.", "Typed there."}
