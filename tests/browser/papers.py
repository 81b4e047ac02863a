"""What people have at hand: a licence scan and the words of an entry and of a complaint."""

import struct
import zlib
from typing import Any

from crm.kernel import clock

from .people import Person

NAME = "云州澄江精密机械有限公司"
INITIALS = "yzcjjm"
LICENCE = "91420300090256201E"
VAGUE = "想买一批泵"


def concrete() -> str:
    """A need as the manager wants it; the year is always the next one."""
    return f"二期产线配套不锈钢离心泵 24 台，{clock.today().year + 1} 年 3 月底前到货"


def png(width: int = 64, height: int = 48) -> bytes:
    """A real picture: grey, with a darker frame."""
    rows = b"".join(
        b"\0" + bytes(90 if x in (0, width - 1) or y in (0, height - 1) else 225 for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def scan(name: str = "营业执照.png") -> dict[str, Any]:
    """A licence scan, as a file field takes it."""
    return {"name": name, "mimeType": "image/png", "buffer": png()}


def fill_entry(person: Person, name: str = NAME, need: str = "") -> None:
    """Everything the entry form insists on (ARC-2), by its labels."""
    person.field("客户名称").fill(name)
    person.field("统一社会信用代码").fill(LICENCE)
    person.page.get_by_label("执照扫描件").set_input_files(scan())
    person.field("行业").fill("通用设备制造")
    person.field("员工人数").fill("320")
    person.choose("来源渠道", "展会")
    person.field("姓名", exact=True).fill("许望舒")
    person.field("职务", exact=True).fill("总经理")
    person.field("联系人电话").fill("138 0000 1057")
    person.field("需求 要什么、要多少、什么时候要").fill(need or concrete())
