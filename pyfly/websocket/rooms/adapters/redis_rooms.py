"""What Redis holds of a room: its keys, the scripts that change them, and the form of a message."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from pyfly.websocket.rooms.ports import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyfly.websocket.messages import FrameKind

__all__ = [
    "BEAT",
    "CENSUS",
    "ENTER",
    "PUBLISH",
    "Head",
    "Keys",
    "Script",
    "decode_entries",
    "decode_envelope",
    "origin_of",
]


@final
class Script:
    """A script that Redis runs as a whole.

    Attributes:
        text: Its source, in Lua.
        digest: What Redis calls it once it has been loaded.
    """

    __slots__ = ("digest", "text")

    def __init__(self, text: str) -> None:
        self.text: str = text
        self.digest: str = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


# The head of a room holds: offset, epoch, run (of the server that counted last), keep.
#
# A server that has been restarted, or another one that took over, may not remember the last messages it carried. So the
# first message that it counts itself begins a new epoch, at the clock's microseconds: no offset is ever given twice.
# Where nothing is kept, nobody needs the number of a message long after it: such a head stays while there are members.
#
# A stream that is ahead of the head is from before the head was lost, and gives way. Whatever else Redis has against a
# message, such as that its memory is full, is said before anything is written.
PUBLISH: Final = Script("""
local head, stream, taken = KEYS[1], KEYS[2], KEYS[3]
local channel, room_seconds, presence_seconds, keep, epoch, from, body, token, again = unpack(ARGV)
if again == '1' then
  for _, entry in ipairs(redis.call('LRANGE', taken, 0, -1)) do
    local number = string.match(entry, '^' .. token .. ' (%d+)$')
    if number then
      return number
    end
  end
end
local known = redis.call('HMGET', head, 'offset', 'epoch', 'run', 'keep')
if again == '1' and tonumber(known[4] or '0') + tonumber(keep) == 0 then
  return false
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local previous = tonumber(known[1] or '0')
local offset = previous
if known[3] == run then
  epoch = known[2]
else
  local now = redis.call('TIME')
  offset = math.max(offset, now[1] * 1000000 + now[2])
end
local number = string.format('%.0f', offset + 1)
local kept = math.max(tonumber(known[4] or '0'), tonumber(keep))
local message = number .. ' ' .. string.format('%.0f', previous) .. ' ' .. epoch .. ' ' .. from .. '\\n' .. body
if kept > 0 then
  local id = number .. '-0'
  local added = redis.pcall('XADD', stream, 'MAXLEN', kept, id, 'm', message)
  if type(added) == 'table' and added.err then
    if not string.find(added.err, 'equal or smaller', 1, true) then
      return added
    end
    redis.call('DEL', stream)
    redis.call('XADD', stream, 'MAXLEN', kept, id, 'm', message)
  end
  redis.call('EXPIRE', stream, room_seconds)
  redis.call('RPUSH', taken, token .. ' ' .. number)
  redis.call('LTRIM', taken, -256, -1)
  redis.call('EXPIRE', taken, 60)
end
redis.call('HSET', head, 'offset', number, 'epoch', epoch, 'run', run, 'keep', string.format('%.0f', kept))
redis.call('EXPIRE', head, kept > 0 and room_seconds or presence_seconds)
redis.call('PUBLISH', channel, message)
return number
""")
"""Counts a message, keeps it, and sends it to all who have subscribed; its offset.

None for one that is sent again to a room that keeps nothing, where nobody knows whether it was taken."""

ENTER: Final = Script("""
local head, members, nodes = KEYS[1], KEYS[2], KEYS[3]
local room_seconds, presence_seconds, keep, node = unpack(ARGV, 1, 4)
local kept = tonumber(redis.call('HGET', head, 'keep') or '0')
if tonumber(keep) > kept then
  kept = tonumber(keep)
  redis.call('HSET', head, 'keep', keep)
end
redis.call('EXPIRE', head, kept > 0 and room_seconds or presence_seconds)
if #ARGV > 4 then
  for index = 5, #ARGV do
    redis.call('SADD', members, ARGV[index])
  end
  redis.call('EXPIRE', members, presence_seconds)
  redis.call('SADD', nodes, node)
  redis.call('EXPIRE', nodes, presence_seconds)
end
return redis.call('HMGET', head, 'offset', 'epoch', 'keep')
""")
"""Adds members of one process; the room's head."""

BEAT: Final = Script("""
local room_seconds, presence_seconds, node = unpack(ARGV)
local forgotten = {}
for index = 1, #KEYS, 4 do
  local members, nodes, head, stream = unpack(KEYS, index, index + 3)
  local is_known = redis.call('EXPIRE', members, presence_seconds) == 1
  redis.call('EXPIRE', nodes, presence_seconds)
  if not is_known or redis.call('SISMEMBER', nodes, node) == 0 then
    forgotten[#forgotten + 1] = (index - 1) / 4
  end
  if tonumber(redis.call('HGET', head, 'keep') or '0') > 0 then
    redis.call('EXPIRE', head, room_seconds)
    redis.call('EXPIRE', stream, room_seconds)
  else
    redis.call('EXPIRE', head, presence_seconds)
  end
end
return forgotten
""")
"""Says that one process is there with its members, in many rooms at once; the places of those that are forgotten."""

CENSUS: Final = Script("""
local prefix, wanted = ARGV[1], ARGV[2]
local count, ids = 0, {}
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local here = redis.call('SCARD', prefix .. node)
  if here == 0 then
    redis.call('SREM', KEYS[1], node)
  elseif wanted == 'ids' then
    for _, id in ipairs(redis.call('SMEMBERS', prefix .. node)) do
      ids[#ids + 1] = id
    end
  end
  count = count + here
end
if wanted == 'ids' then
  return ids
end
return count
""")
"""Tells the members of all processes, or how many there are."""


@final
class Keys:
    """The names of one room in Redis; the room's name in braces keeps its keys together.

    Args:
        prefix: What all names begin with.
        room: The room's name.
        node: The process that asks.

    Attributes:
        channel: Where its messages are published.
        head: Its counter.
        stream: The messages that are kept.
        nodes: The processes that have members.
        members_of: What the name of a process's members begins with.
        members: The members of this process.
        taken: What was taken from this process of late, so that nothing is taken twice.
    """

    __slots__ = ("channel", "head", "members", "members_of", "nodes", "stream", "taken")

    def __init__(self, prefix: str, room: str, node: str) -> None:
        base = f"{prefix}:{{{room}}}"
        self.channel: str = f"{base}:live"
        self.head: str = f"{base}:head"
        self.stream: str = f"{base}:kept"
        self.nodes: str = f"{base}:nodes"
        self.members_of: str = f"{base}:members:"
        self.members: str = self.members_of + node
        self.taken: str = f"{base}:taken:{node}"


class Head(NamedTuple):
    """Where a room stands.

    Attributes:
        offset: The number of its last message; 0 when Redis knows of none.
        epoch: The numbering this belongs to.
        keep: How many messages are kept.
    """

    offset: int
    epoch: str
    keep: int

    @classmethod
    def of(cls, reply: Any) -> Head:
        """Read what `ENTER` has returned."""
        offset, epoch, keep = reply
        return cls(int(offset or 0), (epoch or b"").decode(), int(keep or 0))


def origin_of(node: str, kind: FrameKind, exclude: str | None) -> str:
    """Return the sender's part of a message's first line."""
    return f"{node} {kind} {exclude or '-'}"


def decode_entries(room: str, entries: Iterable[tuple[bytes, dict[bytes, bytes]]]) -> list[Envelope]:
    """Read the messages of a stream."""
    return [decode_envelope(room, fields[b"m"]) for _, fields in entries]


def decode_envelope(room: str, message: bytes) -> Envelope:
    """Read a message.

    Raises:
        ValueError: It is not one of ours.
    """
    line, _, body = message.partition(b"\n")
    offset, previous, epoch, node, kind, exclude = line.decode().split(" ")
    excluded = None if exclude == "-" else exclude
    if kind == "text":
        return Envelope(node, epoch, int(offset), int(previous), room, "text", body.decode(), excluded)
    return Envelope(node, epoch, int(offset), int(previous), room, "binary", body, excluded)
