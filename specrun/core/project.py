"""Types of projects: what shows them, the commands that prove work, and the files that those rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specrun.core.contract import Contract
from specrun.core.glob import NOT, literal

COMMANDS = ("test", "lint", "build")
"""The names of a project's own checks, in the order in which people run them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One type of project: its marks (globs of files), commands by name, and protected globs."""

    marks: tuple[str, ...]
    commands: Mapping[str, str]
    protect: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "node": Kind(
        marks=("package.json",),
        commands={"test": "npm test", "lint": "npm run lint", "build": "npm run build"},
        protect=(
            *("**/package.json", "**/.npmrc", "pnpm-workspace.yaml", "**/.mocharc*", "**/.nycrc*"),
            *("**/.eslintrc*", "**/.eslintignore", "**/.prettierrc*", "**/.babelrc*", "**/ava.config.*"),
            *("**/jest.config.*", "**/vitest.config.*", "**/vitest.workspace.*", "**/eslint.config.*"),
            *("**/tsconfig*.json", "**/vite.config.*", "**/babel.config.*", "**/playwright.config.*"),
            *("**/cypress.config.*", "**/karma.conf.*", "biome.json*", "node_modules"),
        ),
    ),
    "rust": Kind(
        marks=("Cargo.toml",),
        commands={"test": "cargo test", "lint": "cargo clippy", "build": "cargo build"},
        protect=(
            *("**/Cargo.toml", "**/.cargo", "**/build.rs", "clippy.toml", ".clippy.toml"),
            *("rustfmt.toml", ".rustfmt.toml", "rust-toolchain*", ".config/nextest.toml"),
        ),
    ),
    "python": Kind(
        marks=("pyproject.toml",),
        commands={"test": "pytest", "lint": "ruff check .", "build": "python -m build"},
        protect=(
            *("**/pyproject.toml", "**/pytest.ini", "**/.pytest.ini", "**/pytest.toml", "**/.pytest.toml"),
            *("**/tox.ini", "**/setup.cfg", "**/conftest.py", "setup.py", "noxfile.py"),
            *(
                "**/ruff.toml",
                "**/.ruff.toml",
                "mypy.ini",
                ".mypy.ini",
                ".flake8",
                ".pylintrc",
                ".coveragerc",
            ),
            # What Python itself would load before the tests, or instead of the test tool.
            *("**/sitecustomize.py", "**/usercustomize.py", "**/*.pth"),
            *("pytest.py", "pytest", "_pytest", "ruff.py", "ruff", "mypy.py", "mypy"),
            *("unittest.py", "unittest", "build.py", "build/__init__.py", "build/__main__.py"),
        ),
    ),
    "go": Kind(
        marks=("go.mod",),
        commands={"test": "go test ./...", "lint": "golangci-lint run", "build": "go build ./..."},
        protect=("**/go.mod", "go.work", ".golangci.*"),
    ),
    "maven": Kind(
        marks=("pom.xml",),
        commands={"test": "mvn -B test", "lint": "mvn -B checkstyle:check", "build": "mvn -B package"},
        protect=("**/pom.xml", ".mvn", "mvnw*", "**/checkstyle*.xml"),
    ),
    "gradle": Kind(
        marks=("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"),
        commands={"test": "gradle test", "lint": "gradle check", "build": "gradle build"},
        protect=(
            *("**/*.gradle", "**/*.gradle.kts", "**/gradle.properties", "gradle", "gradlew*", "buildSrc"),
            *("**/detekt*.yml", "**/checkstyle*.xml"),
        ),
    ),
    "dotnet": Kind(
        marks=("*.sln", "*.slnx", "*.csproj", "*.fsproj", "*.vbproj", "global.json"),
        commands={
            "test": "dotnet test",
            "lint": "dotnet format --verify-no-changes",
            "build": "dotnet build",
        },
        protect=(
            *("**/*.sln", "**/*.slnx", "**/*.csproj", "**/*.fsproj", "**/*.vbproj", "**/*.runsettings"),
            *("**/Directory.*.props", "**/Directory.*.targets", "global.json", "**/NuGet.config"),
            *("**/.editorconfig", "**/.globalconfig", ".config/dotnet-tools.json"),
        ),
    ),
    "make": Kind(
        marks=("Makefile", "GNUmakefile", "makefile"),
        commands={"test": "make test", "lint": "make lint", "build": "make build"},
        protect=("**/Makefile", "**/GNUmakefile", "**/makefile", "**/*.mk"),
    ),
}
"""In the order in which they are looked for: a Makefile stands beside most other marks and says least."""

EVERYWHERE = (
    *("specs", "prompts", "orchestration.yaml", "specrun.yaml"),
    *(".github", ".gitlab-ci.yml", ".gitlab/ci", ".circleci", ".ci", ".travis.yml", ".buildkite"),
    *("azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile", ".drone.yml", ".woodpecker*"),
    *(".pre-commit-config.yaml", "**/Makefile", "**/GNUmakefile", "**/makefile"),
    # It decides with which bytes files are checked out, those too that are put back.
    "**/.gitattributes",
)
"""What is protected in every project: specs, prompts, CI, and what nearly every check goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project of a repo: its folder ("" is the top), its type, and its commands by name.

    `source` says what told: a mark file, or the file of the `project` key, both relative to the repo root.
    `kind` is "" where only commands are known.
    """

    path: str = ""
    kind: str = ""
    source: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)


def guarded(contract: Contract) -> tuple[str, ...]:
    """Answer the globs of files that are restored before checking, the more telling ones last.

    What a spec protects is added to the defaults, and `!glob` takes out; an empty list protects nothing.
    """
    if contract.protect == ():
        return ()
    defaults = [*EVERYWHERE]
    for folder, kind in contract.kinds:
        found = KINDS[kind].protect if kind in KINDS else ()
        defaults += [f"{literal(folder)}/{glob}" if folder else glob for glob in found]
    return (*defaults, *(contract.protect or ()))


def takes_out(glob: str) -> bool:
    """Whether a glob of `protect` makes an exception."""
    return glob.startswith(NOT)
