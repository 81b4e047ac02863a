"""Floor 4: finds things by a piece of their text; knows no customer.

    put("customer", 7, "云州恒拓精密机械有限公司", "KH-2026-0402", "13800001057", initials="yzht")
    select(Customer.name).where(Customer.id.in_(matches("customer", "恒拓")))

The index itself has no row scope: it is asked only inside a query on the things themselves, and that
query is scoped. It holds names, codes and telephone numbers, nothing sensitive (CUS-7).
"""

from .index import Sought, drop, matches, put, put_many, sought
from .models import SearchDoc

__all__ = ["SearchDoc", "Sought", "drop", "matches", "put", "put_many", "sought"]
