"""What is kept of debates and tools as JSON: read back as it was written, and rows of older versions too."""

from __future__ import annotations

from data.debates import findings
from data.debates.findings import Argument, Bridge, Camp, DebateFacts, Move, Parts
from data.posts.passages import Passage, titled_text
from data.tools import story
from data.tools.story import Alternative, Arrival, Link, Promoter, ToolStory


def test_a_debate_is_read_back_as_it_was_written() -> None:
    camp = Camp(1, 3, 2, 1, ("prix", "siège"), (Argument(Passage(7, 0, 20), 2, 2),), (Passage(8, 3, 9),))
    facts = DebateFacts(
        Parts(0.5, 1.0, 0.25, 0.7, None),
        False,
        (camp, Camp(0, 3, 3, 3)),
        ("été",),
        (Bridge("Ana", 7, 2),),
        (Move("Bo", 7, 8),),
    )
    text = findings.encoded(facts)
    assert findings.decoded(text) == facts
    assert '"low": 1' in text  # the name it has had in the store since the first version
    assert "été" in text
    assert [camp.side for camp in facts.sided] == [1]


def test_an_older_row_of_a_debate_lacks_keys() -> None:
    assert findings.decoded("{}") == DebateFacts()
    old = findings.decoded('{"parts": {"replies": 0.4}, "camps": [{"side": -1, "people": 4}]}')
    assert old.parts == Parts(0.4, 0.0, 0.0, 0.0, None)
    assert old.camps == (Camp(-1, 0, 4, 0),)
    assert old.by_question


def test_a_tool_is_read_back_as_it_was_written() -> None:
    told = ToolStory(
        Passage(4, 0, 12),
        (Alternative("Feedly", 2, 4),),
        (Link("https://example.org", 4),),
        3,
        2,
        1,
        (Arrival("Forum", 0), Arrival("Reddit", 5)),
        Promoter("Seller", 4),
        {"launch": 2},
    )
    assert story.decoded(story.encoded(told)) == told
    assert story.decoded(story.encoded(ToolStory())) == ToolStory()


def test_an_older_row_of_a_tool_lacks_keys() -> None:
    assert story.decoded("{}") == ToolStory()
    assert story.decoded('{"definition": null, "promoter": null, "users": 2}') == ToolStory(users=2)


def test_a_title_that_begins_the_body_is_said_once() -> None:
    assert titled_text("Kettlebird", "Kettlebird is out") == "Kettlebird is out"
    assert titled_text("News", "Kettlebird is out") == "News\nKettlebird is out"
    assert titled_text("", "Kettlebird") == "Kettlebird"
