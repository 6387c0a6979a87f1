"""What deploy/ holds is what the tools that read it accept: nothing misspelt, nothing left open."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.needs import need_program
from tests.paths import ROOT
from tools.docs_tables import COMMAND, GUIDE, generated

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "screener@.service"
MANIFESTS = sorted(set((DEPLOY / "kubernetes").glob("*.yaml")))
(OLDEST,) = set(re.findall(r"Kubernetes ([\d.]+) or newer", GUIDE.read_text("utf-8")))
"""The version of Kubernetes that the guide asks for."""

TOOLS = Path(sys.executable).parent


def tool(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A checker that the `test` extra installs."""
    path = TOOLS / name
    need_program(str(path))
    command = [str(path), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_what_is_made_is_up_to_date() -> None:
    files = generated()
    assert [path for path in files if path.read_text("utf-8") != files[path]] == [], (
        f"run: {COMMAND}"
    )


# The container


def test_hadolint_finds_nothing_in_the_containerfile(tmp_path: Path) -> None:
    found = tool("hadolint", "--no-color", "--failure-threshold", "style", DEPLOY / "Containerfile")
    assert (found.stdout, found.returncode) == ("", 0)
    bad = tmp_path / "Containerfile"
    bad.write_text("FROM python\nRUN pip install flask\n", "utf-8")
    assert tool("hadolint", bad).returncode == 1


def test_the_base_image_may_be_given_by_digest(tmp_path: Path) -> None:
    """`--build-arg BASE=...@sha256:...`: every stage begins with it."""
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    head, *stages = re.split(r"^FROM ", text, flags=re.MULTILINE)
    (base,) = re.findall(r"^ARG BASE=(.+)$", head, re.MULTILINE)
    assert [stage.split()[0] for stage in stages] == ["${BASE}"] * 2
    pinned = tmp_path / "Containerfile"
    name = base.rpartition(":")[0]
    pinned.write_text(text.replace(base, f"{name}@sha256:{'0' * 64}"), "utf-8")
    assert tool("hadolint", "--failure-threshold", "style", pinned).returncode == 0


def test_the_compose_file_fits_its_schema(tmp_path: Path) -> None:
    schema = "--builtin-schema", "vendor.compose-spec"
    file = DEPLOY / "compose/compose.yaml"
    assert tool("check-jsonschema", *schema, file).returncode == 0
    bad = tmp_path / "compose.yaml"
    bad.write_text(file.read_text("utf-8").replace("read_only", "readonly"), "utf-8")
    assert tool("check-jsonschema", *schema, bad).returncode == 1


def test_every_container_is_confined() -> None:
    services = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"app-a", "app-b", "nginx"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "always", name
        assert service["ulimits"]["core"] == 0, name
        assert service["mem_limit"] == service["memswap_limit"], name
    assert services["app-a"]["network_mode"] == services["app-b"]["network_mode"] == "none"
    assert services["nginx"]["user"] == "101:101"


def test_no_file_is_named_that_is_not_there() -> None:
    containerfile = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", containerfile, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in names), names
    let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in let_in if line.startswith("!")} == names


# The system service


def as_installed(folder: Path, text: str) -> Path:
    """The unit as it would stand on a machine where the program is this one."""
    program = TOOLS / "screener"
    assert text.count("/opt/screener/venv/bin/screener") == 1
    path = folder / "screener@8000.service"
    path.write_text(text.replace("/opt/screener/venv/bin/screener", str(program)), "utf-8")
    return path


def verify(unit: Path) -> str:
    """What systemd says of a unit. Its exit code is 0 for an unknown key too."""
    need_program("systemd-analyze")
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def test_systemd_says_nothing_about_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text("utf-8")
    assert verify(as_installed(tmp_path, text)) == ""
    for broken in ("ProtectSystm=strict", "Restart=allways"):
        wrong = text.replace(re.findall(rf"^{broken[:9]}.*$", text, re.MULTILINE)[0], broken)
        assert verify(as_installed(tmp_path, wrong)) != ""


def test_systemd_finds_the_service_well_confined(tmp_path: Path) -> None:
    need_program("systemd-analyze")
    unit = as_installed(tmp_path, UNIT.read_text("utf-8"))
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert judged.returncode == 0, judged.stdout[-2000:] + judged.stderr


# The cluster


def test_no_manifest_is_forgotten() -> None:
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text("utf-8"))
    assert {"kustomization.yaml", *listed["resources"]} == {path.name for path in MANIFESTS}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What `kubectl apply -k` would send, with the content file put where the guide says."""
    need_program("kubectl")
    folder = tmp_path_factory.mktemp("cluster") / "kubernetes"
    shutil.copytree(DEPLOY / "kubernetes", folder)
    shutil.copy(ROOT / "questions.yaml", folder)
    command = ["kubectl", "kustomize", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def fitting(objects: list[dict[str, Any]], path: Path, *version: str) -> tuple[int, set[str]]:
    """Exit code of the checker, and the kinds of the objects that fit a version of Kubernetes."""
    # Long texts, such as the content file, take seconds to read and make no difference.
    short = [
        part | {"data": {key: text[:99] for key, text in part["data"].items()}}
        if part["kind"] == "ConfigMap"
        else part
        for part in objects
    ]
    path.write_text(yaml.safe_dump_all(short), "utf-8")
    done = tool("kubernetes-validate", "--strict", *version, path)
    passed = re.findall(r"passed for resource (\w+)/", done.stdout + done.stderr)
    return done.returncode, set(passed)


@pytest.mark.slow
@pytest.mark.parametrize("version", [(), ("-k", OLDEST)], ids=["newest", OLDEST])
def test_every_object_fits_the_oldest_and_the_newest_version(
    built: list[dict[str, Any]], tmp_path: Path, version: tuple[str, ...]
) -> None:
    path = tmp_path / "all.yaml"
    assert fitting(built, path, *version) == (0, {part["kind"].lower() for part in built})
    (scaler,) = (part for part in built if part["kind"] == "HorizontalPodAutoscaler")
    broken = scaler | {"spec": scaler["spec"] | {"minReplica": 3}}
    assert fitting([*built, broken], path, *version)[0] == 1


def test_the_cluster_gets_the_content_file_and_every_name_fits(built: list[dict[str, Any]]) -> None:
    kinds = {part["kind"]: part for part in built if part["kind"] != "ConfigMap"}
    maps = {part["metadata"]["name"]: part["data"] for part in built if part["kind"] == "ConfigMap"}
    pod = kinds["Deployment"]["spec"]["template"]
    spec = pod["spec"]
    used = {volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume}
    used |= {each["configMapRef"]["name"] for each in spec["containers"][0]["envFrom"]}
    assert used == set(maps)
    (questions,) = (data for data in maps.values() if "questions.yaml" in data)
    assert questions["questions.yaml"] == (ROOT / "questions.yaml").read_text("utf-8")
    (settings,) = (data for data in maps.values() if "SCREENER_HOST" in data)
    (nginx,) = (data for data in maps.values() if "nginx.conf" in data)
    assert f"server {settings['SCREENER_HOST']} " in nginx["nginx.conf"]
    labels = pod["metadata"]["labels"]
    assert kinds["Service"]["spec"]["selector"] == labels
    assert kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert {part["metadata"].get("namespace", "screener") for part in built} == {"screener"}


def test_pods_are_confined_and_reach_nothing(built: list[dict[str, Any]]) -> None:
    kinds = {part["kind"]: part for part in built}
    policy = kinds["NetworkPolicy"]["spec"]
    assert policy["egress"] == []
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    enforced = kinds["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert enforced == "restricted"
    pod = kinds["Deployment"]["spec"]["template"]["spec"]
    assert pod["enableServiceLinks"] is pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert context["runAsUser"] > 0
        assert {"startupProbe", "livenessProbe", "resources"} <= set(container)
    assert any("readinessProbe" in container for container in pod["containers"])
    last = max(c["lifecycle"]["preStop"]["sleep"]["seconds"] for c in pod["containers"])
    assert last + 20 <= pod["terminationGracePeriodSeconds"]
