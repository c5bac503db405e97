"""Exports of chats whose messages are records or rows."""

from __future__ import annotations

from sources.files.meaning.export import Export, Skip, export

_SYSTEM = r"Pinned a message\.|Joined the server\.|Started a thread\.|Changed the channel icon\.|Left the group\."


def telegram(name: str, path: str, *more: Skip) -> Export:
    return export(
        name,
        "telegram",
        "text, date unixtime, type | text, from id, date | text entities, date, type",
        path=path,
        wording="pieces",
        counts="reactions",
        ids="{around_id}/{id}",
        parents="{around_id}/{parent}",
        place="{around_name}",
        boost=("forwarded from", r".+"),
        skips=(*more, Skip("type", r"(?!message\Z).+", "notice")),
        text="text",
        date="date unixtime, date",
        author="from, author, from id",
        id="id",
        parent="reply to message id",
        score="reactions",
    )


EXPORTS = (
    export(
        "Discord: DiscordChatExporter",
        "discord",
        "content, timestamp, author name, author is bot | content, timestamp, author id, type",
        path=r"(?:^|[:.])messages$",
        counts="reactions",
        ids="{id}",
        parents="{parent}",
        link="https://discord.com/channels/{around_guild_id}/{around_channel_id}/{id}",
        place="{around_guild_name} #{around_channel_name}",
        skips=(Skip("type", r"(?!Default\Z|Reply\Z|20\Z|23\Z).+", "notice"),),
        text="content, embeds 0 description",  # what a robot says has no other words
        date="timestamp",
        author="author name, author nickname",
        id="id",
        parent="reference message id",
        score="reactions",
    ),
    export(
        "Discord: DiscordChatExporter (CSV)",
        "discord",
        "author id, author, date, content, attachments, reactions",
        counts="reactions",
        skips=(Skip("text", _SYSTEM, "notice"),),
        text="content",
        date="date",
        author="author",
        score="reactions",
    ),
    export(
        "Slack",
        "slack",
        "ts, text, type",
        path=r"(?:^|/)[^/]+/\d{4}-\d{2}-\d{2}\.json",
        wording="slack",
        counts="reactions",
        ids="{around_folder}/{id}",
        parents="{around_folder}/{parent}",
        roots="{around_folder}/{thread}",
        place="{around_folder}",
        skips=(
            Skip("type", r"(?!message\Z).+", "notice"),
            Skip("subtype", r"tombstone|message_deleted", "removed"),
            Skip(
                "subtype",
                r"(?:channel|group)_.*|pinned_item|unpinned_item|bot_add|bot_remove|reminder_add|file_comment"
                r"|sh_room_.*|huddle_thread|joiner_notification.*|app_conversation_join|ekm_access_denied",
                "notice",
            ),
        ),
        text="text",
        date="ts",
        author="user profile display name, user profile real name, user, username, bot profile name, bot id",
        id="ts",
        parent="thread ts",
        thread="thread ts",
        score="reactions",
        comments="reply count",
    ),
    telegram("Telegram Desktop", r"(?:^|:)messages$"),
    telegram(
        "Telegram Desktop: all chats",
        r"list\[\d+\]\.messages$",
        Skip("around type", r"personal_chat|bot_chat|saved_messages|verification_codes", "private"),
    ),
    export("WhatsApp", "whatsapp", "whatsapp date, author, text", text="text", date="whatsapp date", author="author"),
)
