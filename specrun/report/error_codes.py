"""Says what each code of a problem in specs and templates means, and shows that as a page of the handbook."""

from __future__ import annotations

from collections.abc import Mapping

from specrun.report.handbook import Chapter, Entry, Page
from specrun.report.topics import TOPICS

GROUPS: Mapping[str, str] = {
    "E1": "YAML that cannot be read",
    "E2": "Keys and values",
    "E3": "Prompts and templates",
    "E4": "Files and folders",
}
"""What problems are about, by how their codes begin."""

CODES: Mapping[str, str] = {
    "E100": "The file is empty.",
    "E101": "The top of the file is no mapping.",
    "E102": "There is more than one document in the file.",
    "E103": "A tab stands where an indent belongs.",
    "E104": "A list, a mapping or a quote is never closed.",
    "E105": "A key is there twice.",
    "E106": "Aliases expand to too much.",
    "E107": "Merge keys are not supported.",
    "E108": "An alias refers to itself.",
    "E109": "Values are nested too deeply.",
    "E110": "The file, or one text in it, is too large.",
    "E111": "Tags are not allowed.",
    "E112": "A number is out of range.",
    "E113": "A number is written in a way that readers of YAML understand differently.",
    "E115": "A number or an amount is not finite, or below 0.",
    "E117": "The file is not UTF-8.",
    "E118": "There is an invisible character.",
    "E119": "Something cannot stand where it stands.",
    "E120": "An alias names no anchor.",
    "E121": "A value that begins with a brace needs quotes.",
    "E199": "There are more problems than are told; mend these first.",
    "E200": "A key is unknown, or belongs elsewhere.",
    "E201": "Something that is needed is missing or empty.",
    "E202": "A value is of the wrong kind.",
    "E203": "Two names are alike.",
    "E204": "An id is not allowed.",
    "E205": "An edge of `depends_on` is wrong: unknown, double, or part of a cycle.",
    "E206": "The version of the vocabulary is not known here.",
    "E207": "A duration, a size or an amount of money is not written as one.",
    "E208": "Two specs have the same name.",
    "E209": "A name is unknown: of a task, domain, agent, executor or check.",
    "E210": "The key is for later and not supported yet, or not here.",
    "E211": "The value is none of those that are possible.",
    "E212": "A number is too small or too large.",
    "E213": "A name of a variable is not allowed, or is there twice.",
    "E214": "Two things do not go together.",
    "E215": "The agent cannot do what is asked of it.",
    "E216": "A regular expression is wrong.",
    "E217": "The agent tells no cost, so a cap cannot hold.",
    "E218": "The JSON Schema under `outputs` is wrong.",
    "E219": "A glob is wrong.",
    "E300": "The template is no template.",
    "E301": "A name is undefined.",
    "E302": "Something is not allowed in templates.",
    "E303": "The prompt asks for too much: time, memory or text.",
    "E304": "Templates or macros include each other without end.",
    "E305": "The prompt is empty.",
    "E306": "An expression cannot be worked out, or a condition is neither true nor false.",
    "E400": "A file is not there, or the path is none.",
    "E401": "A path leads out of the repository.",
    "E402": "A link leads out of the repository, or nowhere.",
    "E403": "It is no regular file, or no folder.",
    "E404": "Paths below .git are refused.",
    "E407": "The file cannot be read.",
    "E408": "No project is known in a folder.",
    "E409": "There is no spec yet.",
}


def page() -> Page:
    """Answer the page about the codes of problems."""
    chapters = (
        Chapter(
            title=title,
            entries=tuple(
                Entry(term=code, text=told) for code, told in CODES.items() if code.startswith(begin)
            ),
        )
        for begin, title in GROUPS.items()
    )
    text = f"{TOPICS['errors']} Every problem is told with file, line and column: `specrun validate`."
    return Page(title="Errors", text=text, chapters=tuple(chapters))
