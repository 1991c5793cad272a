"""What is new stands in the bar and in a class's tabs, and is asked for only where one is."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.services.classes.question_lists import NOTHING_NEW, News
from tutor.web.layout.counts import with_counts
from tutor.web.layout.templating import fill

PAGE = fill("layout/notice.html", message="Hello", back="/", back_says="Back")


@dataclass
class Asked:
    """Counts how often it is asked."""

    answer: News
    times: int = 0

    def __call__(self) -> News:
        self.times += 1
        return self.answer


def test_the_bar_says_how_much_is_new():
    page = with_counts(PAGE, Asked(News(2, 1, {"here": 1})))
    assert '<span class="count">3</span><span class="sr"> new messages</span>' in page
    assert '<span class="count">1</span><span class="sr"> question to answer</span>' in page


def test_nothing_new_leaves_no_mark():
    page = with_counts(PAGE, Asked(NOTHING_NEW))
    assert "<!--to" not in page
    assert 'class="count"' not in page


def test_a_class_has_the_number_of_its_own():
    marks = "<!--to answer in here-->|<!--to answer in there-->"
    page = with_counts(marks, Asked(News(0, 0, {"here": 2, "far": 5})))
    assert page == '<span class="count">2</span><span class="sr"> questions to answer</span>|'


def test_a_page_without_a_bar_asks_for_nothing():
    asked = Asked(News(9, 9, {}))
    assert with_counts("<p>A patient</p>", asked) == "<p>A patient</p>"
    assert asked.times == 0
