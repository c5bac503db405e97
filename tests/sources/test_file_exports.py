"""Exports of networks and tools, in their own form: what is read beside the right value. All words are invented."""

# ruff: noqa: E501 - lines of files, as they are

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from data.models import NewPost
from sources.files.posts import Preview, posts_of, preview
from sources.files.rows import BadRow

NOW = datetime(2026, 11, 28, tzinfo=UTC)
Want = dict[str, Any]


def read(body: bytes, name: str) -> tuple[Preview, list[NewPost], Counter[str]]:
    stream = io.BytesIO(body)
    seen = preview(stream, name, now=NOW)
    items = [item for _, item in posts_of(stream, name, seen.guess, now=NOW)]
    posts = [item for item in items if isinstance(item, NewPost)]
    left = Counter(item.code for item in items if isinstance(item, BadRow))
    assert (seen.found, dict(seen.left_out)) == (len(posts), dict(left))  # the first look counted the same
    return seen, posts, left


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def as_lines(*values: Any) -> bytes:
    return b"\n".join(as_json(value) for value in values)


def archive(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, body in members.items():
            packed.writestr(name, body)
    return stream.getvalue()


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def tweet(**fields: Any) -> dict[str, Any]:
    return {"tweet": {"created_at": "Tue Mar 03 10:00:00 +0000 2026", "favorite_count": "3", "lang": "en", **fields}}


def seen_on(platform: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"nav_index": "1", "item_id": "1", "timestamp_collected": 1, "source_platform": platform, "data": data}


MEETING = {"name": "Garden club", "type": "private_supergroup", "id": 77}
GPLAY = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
    "Review Submit Millis Since Epoch,Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,"
    "Review Title,Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,"
    "Review Link"
)
GLINK = "http://play.google.com/console/x?reviewId=aa-11&corpus=PUBLIC_REVIEWS"

# name of the file, its bytes, the export, fields of each post, what is left out
CASES: list[tuple[str, bytes, str, list[Want], dict[str, int]]] = [
    (
        "bulk.csv",
        text(
            '"Report:","Bulk"',
            '"From:","x"',
            "",
            "Query Id,Query Name,Date,Title,Snippet,Url,Page Type,Language,Author,Full Text,Likes",
            "7,Kettles,2026-02-01 10:00:00.0,,Short,https://x.com/ana/status/1800000000000000123,twitter,fr,ana,"
            '"The whole of it, with a comma",4',
            "7,Kettles,2026-02-02 10:00:00.0,A post,Only this,https://blog.example.org/k,blog,French,bo,,",
        ),
        "Brandwatch: mentions",
        [
            {
                "text": "The whole of it, with a comma",
                "source_kind": "x",
                "native_id": "1800000000000000123",
                "lang": "fr",
            },
            {"text": "Only this", "title": "A post", "lang": "fr", "author": "bo", "published_at": at(2026, 2, 2, 10)},
        ],
        {},
    ),
    (
        "meltwater.csv",
        text(
            "Date\tTime\tDocument ID\tURL\tInput Name\tSource Name\tAuthor Name\tTitle\tOpening Text\tHit Sentence\tLanguage\tLikes",
            "2026-03-04\t03:45 PM\td1\thttps://news.example.org/1\tKettles\tThe Daily\tJo\tKettles rise\tOnce upon\tMy kettle sings\tEnglish\t",
            "2026-03-05\t12:05 AM\td2\thttps://news.example.org/2\tKettles\tThe Daily\tJo\t\tMorning\tIt boils fast\tGerman\t1.2K",
            encoding="utf-16",
        ),
        "Meltwater: mentions",
        [
            {"text": "My kettle sings", "published_at": at(2026, 3, 4, 15, 45), "lang": "en", "community": "The Daily"},
            {"text": "It boils fast", "published_at": at(2026, 3, 5, 0, 5), "lang": "de", "score": 1200},
        ],
        {},
    ),
    (
        "talkwalker.csv",
        text(
            "url,indexed,published,title,content,title_snippet,content_snippet,root_url,lang,extra_author_attributes.name",
            "https://x.com/zoe/status/1800000000000000999,2026-01-02 09:00:00,2026-01-02 08:00:00,,I like mine,,I like,https://x.com,en,Zoe",
        ),
        "Talkwalker: mentions",
        [{"text": "I like mine", "author": "Zoe", "source_kind": "x", "published_at": at(2026, 1, 2, 8)}],
        {},
    ),
    (
        "takeout.csv",
        text(
            "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text",
            'Ugx1,UC1,2026-01-05T08:00:00+00:00,0,,vidA,"{""takeoutSegments"":[{""text"":""Nice ""},{""text"":""pots""}]}"',
            'Ugx1.b,UC1,2026-01-05T09:00:00+00:00,0,Ugx1,vidA,"{""text"":""And ""},{""text"":""pans {x}""}"',
        ),
        "YouTube: my comments",
        [
            {"text": "Nice pots", "native_id": "Ugx1", "parent_id": "vidA", "root_id": "vidA"},
            {"text": "And pans {x}", "parent_id": "Ugx1", "url": "https://www.youtube.com/watch?v=vidA&lc=Ugx1.b"},
        ],
        {},
    ),
    (
        "x.zip",
        archive(
            {
                "data/account.js": b"window.YTD.account.part0 = " + as_json([{"account": {"username": "potshop"}}]),
                "data/tweets.js": b"window.YTD.tweets.part0 = "
                + as_json(
                    [
                        tweet(id_str="11", full_text="Pots &amp; pans &lt;3"),
                        tweet(id_str="12", full_text="RT @ana: I love these pots"),
                        tweet(id_str="13", full_text="@ana thank you", in_reply_to_status_id_str="10"),
                    ]
                ),
            }
        ),
        "X: archive",
        [
            {"text": "Pots & pans <3", "author": "potshop", "native_id": "11", "ours": None, "score": 3},
            {"text": "RT @ana: I love these pots", "author": "ana", "ours": False},
            {"text": "@ana thank you", "parent_id": "10", "published_at": at(2026, 3, 3, 10)},
        ],
        {},
    ),
    (
        "posts.xlsx",
        workbook(
            {
                "Kennzahlen": [["Alles"], ["Datum", "Impressionen"], ["04/28/2026", 5]],
                "Alle Beiträge": [
                    ["Alle Beiträge des Zeitraums"],
                    [
                        "Titel des Beitrags",
                        "Link zum Beitrag",
                        "Erstellungsdatum",
                        "Veröffentlicht von",
                        "Impressionen",
                    ],
                    [
                        "Wir suchen Töpfer",
                        "https://www.linkedin.com/feed/update/urn:li:share:9",
                        "05/02/2026",
                        "Ana",
                        1234,
                    ],
                ],
            }
        ),
        "LinkedIn: page posts",
        [{"text": "Wir suchen Töpfer", "native_id": "urn:li:share:9", "views": 1234, "published_at": at(2026, 5, 2)}],
        {},
    ),
    (
        "Comments.csv",
        text(
            "Date,Link,Message",
            "2026-01-02 10:00:00,https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A42,So true",
        ),
        "LinkedIn: my comments",
        [
            {
                "text": "So true",
                "parent_id": "urn:li:activity:42",
                "url": "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A42",
            }
        ],
        {},
    ),
    (
        "user_data.json",
        as_json(
            {
                "Comment": {
                    "Comments": {"CommentsList": [{"date": "2026-02-03 04:05:06", "comment": "wow", "url": "N/A"}]}
                },
                "Post": {
                    "Posts": {
                        "VideoList": [
                            {
                                "Date": "2026-02-01 10:00:00",
                                "Link": "https://www.tiktok.com/@me/video/7311111111111111111",
                                "Likes": "12",
                                "Title": "New glaze",
                            }
                        ]
                    }
                },
                "Your Activity": {
                    "Watch History": {"VideoList": [{"Date": "2026-01-01 00:00:00", "Link": "https://x.example"}]}
                },
            }
        ),
        "TikTok: my comments",
        [{"text": "wow", "ours": None}, {"text": "New glaze", "native_id": "7311111111111111111", "score": 12}],
        {},
    ),
    (
        "reviews_app_202602.csv",
        text(
            GPLAY,
            f"org.pots,,,fr,a1,2026-02-05T14:40:32Z,1770302432000,2026-02-06T00:00:00Z,1,5,,Très bien,2026-02-07T13:02:47Z,1,Merci !,{GLINK}",
            "org.pots,,,de,a2,2026-02-06T14:40:32Z,1770388832000,2026-02-06T14:40:32Z,1,1,Schlecht,Stürzt ab,,,,",
            "org.pots,,,en,a3,2026-02-06T15:40:32Z,1770392432000,2026-02-06T15:40:32Z,1,4,,,,,,",
            encoding="utf-16",
        ),
        "Google Play: reviews",
        [
            {"text": "Très bien", "native_id": "aa-11", "source_kind": "google_play", "score": None, "lang": "fr"},
            {"text": "Merci !", "parent_id": "aa-11", "ours": True, "published_at": at(2026, 2, 7, 13, 2, 47)},
            {"text": "Stürzt ab", "title": "Schlecht", "ours": None},
        ],
        {"no_text": 1},
    ),
    (
        "reviews.json",
        as_json(
            {
                "reviews": [
                    {
                        "reviewId": "g1",
                        "reviewer": {"displayName": "Ana"},
                        "starRating": "TWO",
                        "comment": "Late again",
                        "createTime": "2026-03-01T10:00:00Z",
                        "reviewReply": {"comment": "Sorry Ana", "updateTime": "2026-03-02T10:00:00Z"},
                    },
                    {
                        "reviewId": "g2",
                        "reviewer": {"displayName": "Bo"},
                        "starRating": "FIVE",
                        "comment": "Fine",
                        "createTime": "2026-03-01T11:00:00Z",
                    },
                ]
            }
        ),
        "Google Business Profile: reviews",
        [
            {"text": "Late again", "author": "Ana"},
            {"text": "Sorry Ana", "ours": True, "published_at": at(2026, 3, 2, 10)},
            {"text": "Fine"},
        ],
        {},
    ),
    (
        "appstore.json",
        as_json(
            {
                "data": [
                    {
                        "type": "customerReviews",
                        "id": "r1",
                        "attributes": {
                            "rating": 1,
                            "title": "No",
                            "body": "It stops",
                            "reviewerNickname": "bo",
                            "createdDate": "2026-03-08T13:22:08-07:00",
                        },
                        "relationships": {"response": {"data": {"type": "customerReviewResponses", "id": "a1"}}},
                    }
                ],
                "included": [
                    {
                        "type": "customerReviewResponses",
                        "id": "a1",
                        "attributes": {"responseBody": "Fixed in 2.1", "lastModifiedDate": "2026-03-09T10:00:00-07:00"},
                    }
                ],
            }
        ),
        "App Store: reviews",
        [
            {"text": "It stops", "title": "No", "native_id": "r1"},
            {"text": "Fixed in 2.1", "parent_id": "r1", "ours": True},
        ],
        {},
    ),
    (
        "dump.ndjson",
        as_lines(
            {
                "id": "k1",
                "body": "a &gt; b",
                "author": "ana",
                "created_utc": 1770000000,
                "link_id": "t3_p",
                "parent_id": "t3_p",
                "subreddit": "pots",
                "score": 2,
            },
            {
                "id": "k2",
                "body": "[deleted]",
                "author": "[deleted]",
                "created_utc": 1770000001,
                "link_id": "t3_p",
                "parent_id": "t1_k1",
                "subreddit": "pots",
                "score": 1,
            },
            {
                "id": "k3",
                "body": "still here",
                "author": "[deleted]",
                "created_utc": "1770000002",
                "link_id": "t3_p",
                "parent_id": "t1_k1",
                "subreddit": "pots",
                "score": 1,
            },
        ),
        "Reddit: dump of comments",
        [
            {"text": "a > b", "native_id": "t1_k1", "parent_id": "t3_p", "root_id": "t3_p", "community": "r/pots"},
            {"text": "still here", "author": "", "parent_id": "t1_k1"},
        ],
        {"removed": 1},
    ),
    (
        "posts.csv",
        text(
            "id,permalink,date,ip,subreddit,gildings,title,url,body",
            "p9,https://www.reddit.com/r/pots/comments/p9/x/,2026-01-01 10:00:00 UTC,,pots,0,My pot,,",
        ),
        "Reddit: my posts",
        [{"title": "My pot", "text": "", "native_id": "t3_p9"}],
        {},
    ),
    (
        "result.json",
        as_json(
            {
                "about": "x",
                "chats": {
                    "list": [
                        {
                            **MEETING,
                            "messages": [
                                {
                                    "id": 1,
                                    "type": "message",
                                    "date": "2026-01-01T10:00:00",
                                    "date_unixtime": "1767261600",
                                    "from": "Ana",
                                    "from_id": "user1",
                                    "text": ["See ", {"type": "link", "text": "pots.example"}],
                                    "text_entities": [],
                                },
                                {
                                    "id": 2,
                                    "type": "message",
                                    "date": "2026-01-01T10:01:00",
                                    "date_unixtime": "1767261660",
                                    "from": "Bo",
                                    "from_id": "user2",
                                    "forwarded_from": "News",
                                    "text": "Big sale",
                                    "reply_to_message_id": 1,
                                    "text_entities": [],
                                },
                                {
                                    "id": 3,
                                    "type": "service",
                                    "date": "2026-01-01T10:02:00",
                                    "date_unixtime": "1767261720",
                                    "actor": "Bo",
                                    "action": "pin_message",
                                    "text": "",
                                    "text_entities": [],
                                },
                            ],
                        },
                        {
                            "name": "Cy",
                            "type": "personal_chat",
                            "id": 8,
                            "messages": [
                                {
                                    "id": 5,
                                    "type": "message",
                                    "date": "2026-01-01T10:00:00",
                                    "date_unixtime": "1767261600",
                                    "from": "Cy",
                                    "from_id": "user3",
                                    "text": "secret",
                                    "text_entities": [],
                                }
                            ],
                        },
                    ]
                },
            }
        ),
        "Telegram Desktop: all chats",
        [
            {"text": "See pots.example", "native_id": "77/1", "community": "Garden club", "author": "Ana"},
            {"text": "Big sale", "parent_id": "77/1", "ours": False},
        ],
        {"notice": 1, "private": 1},
    ),
    (
        "slack.zip",
        archive(
            {
                "users.json": as_json(
                    [
                        {"id": "U1", "name": "ana", "profile": {"display_name": "Ana P", "real_name": "Ana"}},
                        {"id": "U2", "name": "bo"},
                    ]
                ),
                "help/2026-01-01.json": as_json(
                    [
                        {
                            "type": "message",
                            "user": "U1",
                            "ts": "1767261600.000100",
                            "thread_ts": "1767261600.000100",
                            "text": "a &amp; b <!here> <#C9|pots> <mailto:x@y.example|x@y.example>",
                        },
                        {
                            "type": "message",
                            "user": "U2",
                            "ts": "1767261660.000200",
                            "thread_ts": "1767261600.000100",
                            "text": "<@U1> yes",
                        },
                        {
                            "type": "message",
                            "subtype": "channel_topic",
                            "user": "U2",
                            "ts": "1767261661.0",
                            "text": "set the topic",
                        },
                    ]
                ),
                "random/2026-01-02.json": as_json(
                    [{"type": "message", "user": "U2", "ts": "1767348000.000100", "text": "hi <https://pots.example>"}]
                ),
            }
        ),
        "Slack",
        [
            {"text": "a & b @here #pots x@y.example", "author": "Ana P", "community": "help", "parent_id": ""},
            {
                "text": "@Ana P yes",
                "author": "bo",
                "parent_id": "help/1767261600.000100",
                "root_id": "help/1767261600.000100",
            },
            {"text": "hi https://pots.example", "community": "random"},
        ],
        {"notice": 1},
    ),
    (
        "chat.txt",
        text(
            "[03.12.25, 21:14:05] Töpferkreis: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.",
            "[03.12.25, 21:15:10] Ana: Hat jemand Ton: roten oder weißen?",
            "\u200e[03.12.25, 21:16:00] Bo: \u200eBild weggelassen",
            "[04.12.25, 08:00:00] Bo: Ja,",
            "",
            "hier \u200e<Diese Nachricht wurde bearbeitet>",
        ),
        "WhatsApp",
        [
            {
                "text": "Hat jemand Ton: roten oder weißen?",
                "author": "Ana",
                "published_at": at(2025, 12, 3, 21, 15, 10),
            },
            {"text": "Ja,\n\nhier", "author": "Bo", "published_at": at(2025, 12, 4, 8)},
        ],
        {"notice": 1, "media": 1},
    ),
    (
        "WhatsApp Chat.txt",
        text(
            "1/15/26, 9:14\u202fPM - Messages and calls are end-to-end encrypted. No one outside can read them.",
            "1/15/26, 9:15\u202fPM - Ana added Bo",
            "1/15/26, 9:16\u202fPM - Ana: Welcome",
            "1/15/26, 9:17\u202fPM - Bo: <Media omitted>",
            "1/16/26, 12:05\u202fAM - Bo: This message was deleted",
            "1/16/26, 12:06\u202fAM - Bo: IMG-1.jpg (file attached)",
            "my first pot",
        ),
        "WhatsApp",
        [
            {"text": "Welcome", "published_at": at(2026, 1, 15, 21, 16)},
            {"text": "my first pot", "published_at": at(2026, 1, 16, 0, 6)},
        ],
        {"notice": 2, "media": 1, "removed": 1},
    ),
    (
        "zs.ndjson",
        as_lines(
            seen_on(
                "x.com",
                {
                    "rest_id": "21",
                    "core": {"user_results": {"result": {"legacy": {"screen_name": "ana"}}}},
                    "legacy": {
                        "full_text": "pots &gt; pans",
                        "created_at": "Tue Mar 03 10:00:00 +0000 2026",
                        "favorite_count": 7,
                        "conversation_id_str": "20",
                        "in_reply_to_status_id_str": "20",
                        "lang": "en",
                    },
                    "views": {"count": "99"},
                },
            )
        ),
        "Zeeschuimer: X",
        [
            {
                "text": "pots > pans",
                "native_id": "21",
                "root_id": "20",
                "parent_id": "20",
                "author": "ana",
                "views": 99,
                "score": 7,
            }
        ],
        {},
    ),
    (
        "zi.ndjson",
        as_lines(
            seen_on(
                "instagram.com",
                {
                    "code": "Cabc",
                    "taken_at": 1770000000,
                    "user": {"username": "ana"},
                    "caption": {"text": "glaze day"},
                    "like_count": 5,
                    "comment_count": 1,
                },
            )
        ),
        "Zeeschuimer: Instagram",
        [{"text": "glaze day", "url": "https://www.instagram.com/p/Cabc/", "author": "ana", "score": 5}],
        {},
    ),
    (
        "zl.ndjson",
        as_lines(
            seen_on(
                "linkedin.com",
                {
                    "actor": {"name": {"text": "Ana P"}, "subDescription": {"text": "3d"}},
                    "commentary": {"text": {"text": "Kilns"}},
                    "updateMetadata": {"urn": "urn:li:fs_x:(urn:li:activity:55,a)"},
                },
            )
        ),
        "Zeeschuimer: LinkedIn",
        [{"text": "Kilns", "author": "Ana P", "native_id": "urn:li:activity:55", "published_at": None}],
        {},
    ),
    (
        "apify.csv",
        text(
            "authorMeta.name,text,createTimeISO,diggCount,commentCount,webVideoUrl,id",
            "ana,firing a kiln,2026-02-01T10:00:00.000Z,12,3,https://www.tiktok.com/@ana/video/7322222222222222222,7322222222222222222",
        ),
        "TikTok (Apify)",
        [{"text": "firing a kiln", "author": "ana", "native_id": "7322222222222222222", "comments": 3}],
        {},
    ),
    (
        "maps.json",
        as_json(
            [
                {
                    "title": "Pot shop",
                    "text": "Lovely",
                    "stars": 5,
                    "name": "Bo",
                    "publishedAtDate": "2026-02-01T10:00:00.000Z",
                    "reviewId": "m1",
                    "reviewerId": "9",
                    "placeId": "p",
                    "likesCount": 2,
                    "responseFromOwnerText": "Thanks Bo",
                    "responseFromOwnerDate": "2026-02-02T10:00:00.000Z",
                }
            ]
        ),
        "Google Maps: reviews (Apify)",
        [
            {"text": "Lovely", "score": 2, "community": "Pot shop"},
            {"text": "Thanks Bo", "ours": True, "parent_id": "m1"},
        ],
        {},
    ),
    (
        "starred.json",
        as_json(
            {
                "id": "user/-/state/com.google/starred",
                "items": [
                    {
                        "id": "tag:google.com,2005:reader/item/1",
                        "title": "A & B",
                        "published": 1770000000,
                        "author": "Jo",
                        "canonical": [{"href": "https://blog.example.org/1"}],
                        "summary": {"content": "<p>Hello <b>pots</b></p>"},
                        "origin": {"streamId": "feed/1", "title": "Blog"},
                    }
                ],
            }
        ),
        "Feed reader: saved items",
        [
            {
                "text": "<p>Hello <b>pots</b></p>",
                "plain": "Hello pots",
                "title": "A & B",
                "community": "Blog",
                "url": "https://blog.example.org/1",
            }
        ],
        {},
    ),
    (
        "your_posts_1.json",
        as_json(
            [
                {"timestamp": 1770000000, "data": [{"post": "D\u00c3\u00a9j\u00c3\u00a0 cuit"}], "title": "x"},
                {"timestamp": 1770000001, "attachments": [], "data": []},
            ]
        ),
        "Facebook: my posts",
        [{"text": "Déjà cuit", "published_at": datetime.fromtimestamp(1770000000, UTC)}],
        {"no_text": 1},
    ),
    (
        "outbox.json",
        as_json(
            {
                "type": "OrderedCollection",
                "orderedItems": [
                    {
                        "type": "Create",
                        "actor": "https://m.example/users/pots",
                        "published": "2026-01-01T10:00:00Z",
                        "to": ["https://www.w3.org/ns/activitystreams#Public"],
                        "object": {
                            "id": "https://m.example/users/pots/statuses/1",
                            "content": "<p>New kiln</p>",
                            "published": "2026-01-01T10:00:00Z",
                            "url": "https://m.example/@pots/1",
                            "inReplyTo": None,
                        },
                    },
                    {
                        "type": "Announce",
                        "actor": "https://m.example/users/pots",
                        "published": "2026-01-02T10:00:00Z",
                        "to": ["https://www.w3.org/ns/activitystreams#Public"],
                        "object": "https://o.example/9",
                    },
                    {
                        "type": "Create",
                        "actor": "https://m.example/users/pots",
                        "published": "2026-01-03T10:00:00Z",
                        "to": ["https://m.example/users/ana"],
                        "object": {
                            "id": "https://m.example/users/pots/statuses/3",
                            "content": "<p>between us</p>",
                            "published": "2026-01-03T10:00:00Z",
                        },
                    },
                ],
            }
        ),
        "Mastodon: my posts",
        [{"plain": "New kiln", "native_id": "https://m.example/users/pots/statuses/1", "author": "pots@m.example"}],
        {"boost": 1, "private": 1},
    ),
    (
        "mbs-fr.csv",
        text(
            "Identifiant de la publication,ID de la Page,Nom de la Page,Titre,Description,Heure de publication,Permalien,Vues,Réactions,Commentaires,Partages",
            "122,500,Poterie,,Four ouvert demain,01/31/2026 09:05,https://www.facebook.com/500/posts/122,1500,12,3,1",
        ),
        "Meta Business Suite: Facebook",
        [
            {
                "text": "Four ouvert demain",
                "native_id": "500_122",
                "score": 12,
                "views": 1500,
                "published_at": at(2026, 1, 31, 9, 5),
            }
        ],
        {},
    ),
    (
        "studio_fr.csv",
        text(
            "Heure,Titre de la vidéo,Lien de la vidéo,Date de publication,Total des vues,Total de J’aime,Total des commentaires",
            "12 mai,Un four en 30 secondes,https://www.tiktok.com/@pots/video/7400000000000000001,3 mai,1234,50,6",
        ),
        "TikTok Studio: videos",
        [
            {
                "text": "Un four en 30 secondes",
                "native_id": "7400000000000000001",
                "published_at": at(2026, 5, 3),
                "score": 50,
                "comments": 6,
                "views": 1234,
            }
        ],
        {},
    ),
    (
        "note-tweet.js",
        b"window.YTD.note_tweet.part0 = "
        + as_json(
            [
                {
                    "noteTweet": {
                        "noteTweetId": "18",
                        "createdAt": "2024-06-13T08:00:00.000Z",
                        "core": {"text": "Clay &amp; glaze.\nAll of it."},
                    }
                }
            ]
        ),
        "X: archive of long posts",
        [{"text": "Clay & glaze.\nAll of it.", "published_at": at(2024, 6, 13, 8)}],
        {},
    ),
    (
        "robot.json",
        as_json(
            {
                "guild": {"id": "1", "name": "Pots"},
                "channel": {"id": "2", "name": "news"},
                "messages": [
                    {
                        "id": "7",
                        "type": "Default",
                        "timestamp": "2026-05-01T10:00:00+00:00",
                        "content": "",
                        "author": {"id": "9", "name": "status", "isBot": True},
                        "embeds": [{"title": "Mended", "description": "All kilns are hot again."}],
                    },
                    {
                        "id": "8",
                        "type": "Default",
                        "timestamp": "2026-05-01T11:00:00+00:00",
                        "content": "Look: https://a.example",
                        "author": {"id": "5", "name": "ana", "isBot": False},
                        "embeds": [{"title": "A", "description": "Words of a page"}],
                    },
                ],
            }
        ),
        "Discord: DiscordChatExporter",
        [
            {"text": "All kilns are hot again.", "author": "status"},
            {"text": "Look: https://a.example", "author": "ana"},
        ],
        {},
    ),
    (
        "connect_answers.json",
        as_json(
            {
                "data": [
                    {
                        "type": "customerReviews",
                        "id": "a1",
                        "attributes": {
                            "rating": 1,
                            "title": "Cold",
                            "body": "It stays cold.",
                            "reviewerNickname": "ana",
                            "createdDate": "2026-04-01T05:00:00-07:00",
                        },
                        "relationships": {"response": {"data": {"type": "customerReviewResponses", "id": "r1"}}},
                    }
                ],
                "included": [
                    {
                        "type": "customerReviewResponses",
                        "id": "r1",
                        "attributes": {"responseBody": "Press twice.", "lastModifiedDate": "2026-04-03T05:00:00-07:00"},
                    }
                ],
            }
        ),
        "App Store: reviews",
        [
            {"text": "It stays cold.", "published_at": at(2026, 4, 1, 12), "ours": None},
            {"text": "Press twice.", "published_at": at(2026, 4, 3, 12), "ours": True, "parent_id": "a1"},
        ],
        {},
    ),
    (
        "maps_stars_only.json",
        as_json(
            [
                {
                    "title": "Pots & Co",
                    "stars": 2,
                    "name": "Ines",
                    "text": "Slow & cold",
                    "publishedAtDate": "2026-04-05T10:00:00.000Z",
                    "reviewId": "C1",
                    "responseFromOwnerText": None,
                },
                {
                    "title": "Pots & Co",
                    "stars": 5,
                    "name": "Zed",
                    "text": None,
                    "publishedAtDate": "2026-04-07T10:00:00.000Z",
                    "reviewId": "C2",
                    "responseFromOwnerText": None,
                },
            ]
        ),
        "Google Maps: reviews (Apify)",
        [{"text": "Slow & cold", "title": "", "author": "Ines", "community": "Pots & Co"}],
        {"no_text": 1},
    ),
]


@pytest.mark.parametrize(("name", "body", "export", "wanted", "left"), CASES, ids=[case[0] for case in CASES])
def test_exports_are_read_in_their_own_form(
    name: str, body: bytes, export: str, wanted: list[Want], left: dict[str, int]
) -> None:
    seen, posts, out = read(body, name)
    assert seen.guess.export == export
    found = [{key: _of(post, key) for key in want} for post, want in zip(posts, wanted, strict=False)]
    assert found == wanted
    assert len(posts) == len(wanted)
    assert out == left


def _of(post: NewPost, key: str) -> Any:
    return getattr(post.engagement if key in {"score", "comments", "views", "shares"} else post, key)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("comments.csv", ("date,comment,likes", "2026-01-02,nice pots you have,3")),
        ("own.csv", ("Date,Link,Likes,Text", "2026-01-02,https://www.tiktok.com/@a/video/7,3,nice pots you have")),
        ("talk.csv", ("permalink,subreddit,parent,body,author", "/r/a/comments/b/c/d,a,b,nice pots you have,ana")),
        ("team.csv", ("AuthorID,Author,Date,Content", "7,Ana,2026-01-02,nice pots you have")),
    ],
)
def test_a_table_that_shares_a_few_names_is_no_export_and_not_ours(name: str, lines: tuple[str, ...]) -> None:
    seen, (post,), _ = read(text(*lines), name)
    assert (seen.guess.export, seen.ours, post.text) == ("", False, "nice pots you have")


@pytest.mark.parametrize(
    ("name", "ours"),
    [("posts.xlsx", True), ("x.zip", True), ("takeout.csv", True), ("dump.ndjson", False), ("slack.zip", False)],
)
def test_what_people_export_of_their_own_is_theirs(name: str, ours: bool) -> None:
    body = next(case[1] for case in CASES if case[0] == name)
    assert preview(io.BytesIO(body), name, now=NOW).ours is ours
    said = replace(preview(io.BytesIO(body), name, now=NOW).guess, ours=not ours)
    assert preview(io.BytesIO(body), name, said, now=NOW).ours is not ours
