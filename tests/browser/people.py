"""A person at a browser of their own, who reads labels and presses buttons."""

import re
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests.cast import PASSWORD

#: answers that are part of the conversation: form to correct, state that changed
SAID = (401, 409, 422)


#: a status is told by _answered; a look-up that was overtaken by the next one or by leaving the page
HARMLESS = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")


class Person:
    """`username` at a screen of `width` x `height`."""

    def __init__(
        self,
        new_context: Any,
        url: str,
        username: str,
        *,
        width: int = 1366,
        height: int = 768,
        dark: bool = False,
        scripts: bool = True,
        signed_in: bool = True,
    ) -> None:
        self.username = username
        self.expected: set[int] = set()  # statuses of failures this test is about
        self.troubles: list[str] = []
        self.context = new_context(
            base_url=url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self._note(f"script error: {error.error}"))
        self.context.on("response", self._answered)
        self.page: Page = self.context.new_page()
        if signed_in:
            self.sign_in()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(HARMLESS):
            self._note(message.text)

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in (*SAID, *self.expected):
            self._note(f"{response.status} {response.request.method} {response.url}")

    def _note(self, text: str) -> None:
        self.troubles.append(f"{self.username}: {text}")

    # --- what people do ------------------------------------------------------------------------------

    def sign_in(self, page: Page | None = None) -> None:
        """By the form; a page that already asks for it is used as it is."""
        page = page or self.page
        if "/sign-in" not in page.url:
            page.goto("/sign-in")
        page.get_by_label("账号").fill(self.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda at: "/sign-in" not in at)

    def sign_out(self, page: Page | None = None) -> None:
        page = page or self.page
        page.locator("summary", has_text="我的账户").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page.get_by_role("button", name="登录")).to_be_visible()

    def goto(self, path: str) -> None:
        self.page.goto(path)

    def field(self, name: str, exact: bool = False) -> Locator:
        """The text field of that label."""
        return self.page.get_by_role("textbox", name=name, exact=exact)

    def choose(self, label: str, option: str) -> None:
        """In the list of that label, the option that begins so."""
        listed = self.page.get_by_role("combobox", name=label)
        whole = listed.locator("option").filter(has_text=re.compile("^" + re.escape(option))).first
        listed.select_option(label=whole.inner_text())

    def press(self, name: str, exact: bool = False) -> None:
        """The button or link of that name."""
        button = self.page.get_by_role("button", name=name, exact=exact)
        link = self.page.get_by_role("link", name=name, exact=exact)
        button.or_(link).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def main(self) -> Locator:
        return self.page.locator("#main")
