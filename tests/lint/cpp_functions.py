"""Finds the functions of a C++ source by its braces. No compiler: good for our own, formatted sources, and no others."""

import re
from dataclasses import dataclass

ACCESS = re.compile(r"\b(public|private|protected)\s*:(?!:)")
TYPE = re.compile(r"^(?:typedef\s+)?(class|struct|union|enum)\b")
TYPE_NAME = re.compile(r"^(?:class|struct|union)\s+((?:\w+::)*\w+)")
FUNCTION_NAME = re.compile(r"((?:\w+(?:<[^<>()]*>)?::)*(?:operator\s*(?:\(\)|[^\s(\w]+|[\w ]+)|~?\w+))\s*\(")
BODY_FOLLOWS = re.compile(r"(\)|\bconst|\bnoexcept|\boverride|\bfinal|\btry|&|->\s*[\w:<>,&*\s]+|\{\})$")
MEMBER_WITH_BRACES = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]$", re.S)


@dataclass
class Function:
    name: str  # with its classes, without namespaces: "OrderDesk::place"
    first: int  # line of the name, from 1
    last: int  # line of the closing brace

    @property
    def lines(self):
        return self.last - self.first + 1


def blank(text):
    """The text with comments, literals and preprocessor lines replaced by blanks; lines stay where they are."""
    pattern = re.compile(
        r"""(?P<raw>R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)")"""
        r"""|(?P<comment>//[^\n]*|/\*.*?\*/)"""
        r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
        r"""|(?P<char>(?<![0-9a-zA-Z_])(?:u8|u|U|L)?'(?:\\.|[^'\\\n])+')"""
        r"""|(?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)""",
        re.S | re.M,
    )
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def without_template(head):
    """The head without leading `template <...>`."""
    while head.startswith("template"):
        depth = 0
        for i, c in enumerate(head):
            depth += (c == "<") - (c == ">")
            if c == ">" and depth == 0:
                head = head[i + 1 :].lstrip()
                break
        else:
            return head
    return head


def kind_of(head):
    """What the brace after this head opens: (kind, name)."""
    head = without_template(ACCESS.sub(" ", head).strip())
    head = re.sub(r"\balignas\s*\([^)]*\)|\[\[.*?\]\]", " ", head).strip()
    head = re.sub(r"^(class|struct|union)\s+", r"\1 ", head)
    if re.match(r"^(inline\s+)?namespace\b", head) or head.startswith("extern"):
        return "namespace", ""
    if TYPE.match(head):
        name = TYPE_NAME.match(head)
        return ("type", name.group(1)) if name else ("inner", "")
    name = FUNCTION_NAME.search(head)
    if name is None or MEMBER_WITH_BRACES.search(head) or not BODY_FOLLOWS.search(head):
        return "inner", ""
    if re.search(r"[^=!<>]=(?!=)", head[: name.start()]):
        return "inner", ""  # a variable
    return "function", re.sub(r"<[^<>]*>", "", re.sub(r"\s+", "", name.group(1)))


def functions(text):
    """All function definitions of a source, in order."""
    text = blank(text)
    found, scopes = [], []  # scopes: (kind, name, line of the name)
    head, head_lines, line, parens = "", [], 1, 0
    for c in text:
        in_body = any(kind == "function" for kind, _, _ in scopes)
        in_inner = bool(scopes) and scopes[-1][0] == "inner"
        if c == "{":
            if in_body or in_inner or parens > 0:
                scopes.append(("inner", "", line))
            else:
                kind, name = kind_of(head)
                scopes.append((kind, name, line_of_name(head, head_lines, name, line)))
                if kind != "inner":
                    head, head_lines = "", []
        elif c == "}" and scopes:
            kind, name, first = scopes.pop()
            if kind == "function":
                owner = [n for k, n, _ in scopes if k == "type" and n]
                found.append(Function("::".join(owner + [name]), first, line))
            if kind == "inner":
                head, head_lines = head + "{}", head_lines + [line, line]
            else:
                head, head_lines = "", []
        elif not in_body and not in_inner:
            parens += (c == "(") - (c == ")")
            if c == ";" and parens == 0:
                head, head_lines = "", []
            else:
                head, head_lines = head + c, head_lines + [line]
        line += c == "\n"
    return found


def line_of_name(head, head_lines, name, line):
    last_part = re.split(r"::", name)[-1]
    at = head.find(last_part) if last_part else -1
    return head_lines[at] if 0 <= at < len(head_lines) else line
