"""The Kubernetes manifests: they fit the schemas, each other, the settings and the image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.conftest import ROOT
from tutor.settings import Settings

FOLDER = ROOT / "deploy" / "kubernetes"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
FILES = {
    path.name: list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    for path in FOLDER.glob("*.yaml")
}
KUSTOMIZATION = FILES.pop("kustomization.yaml")[0]
OBJECTS = [one for objects in FILES.values() for one in objects]
BY_NAME = {(one["kind"], one["metadata"]["name"]): one for one in OBJECTS}
OLDEST = "1.30"


def _pods() -> Iterator[Any]:
    for one in OBJECTS:
        spec = one.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield pytest.param(spec["template"]["spec"], id=one["metadata"]["name"])


PODS = list(_pods())  # every pod that is started, by the name of what starts it


def values(node: Any, key: str) -> Iterator[Any]:
    """Everything that stands under a key, at any depth."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if name == key:
            yield value
        if isinstance(value, dict | list):
            yield from values(value, key)


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_every_manifest_fits_its_schema(version):
    for one in OBJECTS:
        kubernetes_validate.validate(one, version, strict=True)
    wrong = {**BY_NAME["Service", "equipoise"], "spec": {"port": 80}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


def test_all_is_applied_but_the_secret_that_is_an_example():
    assert set(KUSTOMIZATION["resources"]) == set(FILES) - {"secret.example.yaml"}
    kinds = {"Deployment", "Service", "Ingress", "CronJob", "PodDisruptionBudget", "Job"}
    assert kinds <= {kind for kind, _ in BY_NAME}


@pytest.mark.parametrize("pod", PODS)
def test_a_pod_may_do_as_little_as_possible(pod):
    told = pod["securityContext"]
    assert told["runAsNonRoot"] is True
    assert told["runAsUser"] > 0
    assert told["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    # EQUIPOISE_PORT=tcp://... would be set for a service of our name.
    assert pod["enableServiceLinks"] is False
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("pod", PODS)
def test_what_a_pod_names_is_there(pod):
    for source in values(pod, "secretKeyRef"):
        given = BY_NAME["Secret", source["name"]]["stringData"]
        assert source["key"] in given or source.get("optional")
    for source in values(pod, "configMapRef"):
        assert ("ConfigMap", source["name"]) in BY_NAME
    for name in values(pod, "claimName"):
        assert ("PersistentVolumeClaim", name) in BY_NAME
    for container in pod["containers"]:
        ports = {port["name"] for port in container.get("ports", [])}
        assert {probe["port"] for probe in values(container, "httpGet")} <= ports


def test_settings_are_ones_that_there_are():
    given = {
        *BY_NAME["ConfigMap", "equipoise"]["data"],
        *BY_NAME["Secret", "equipoise"]["stringData"],
    }
    given |= {one["name"] for env in values(OBJECTS, "env") for one in env}
    known = {f"EQUIPOISE_{field.upper()}" for field in Settings.model_fields}
    assert {name for name in given if name.startswith("EQUIPOISE_")} <= known
    Settings.model_validate(
        {
            name.removeprefix("EQUIPOISE_").lower(): value
            for name, value in BY_NAME["ConfigMap", "equipoise"]["data"].items()
        }
    )


def test_two_servers_are_up_also_while_they_are_replaced():
    spec = BY_NAME["Deployment", "equipoise"]["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    budget = BY_NAME["PodDisruptionBudget", "equipoise"]["spec"]
    assert budget["minAvailable"] == 1
    labels = spec["template"]["metadata"]["labels"]
    service = BY_NAME["Service", "equipoise"]["spec"]
    for selector in (spec["selector"]["matchLabels"], budget["selector"]["matchLabels"]):
        assert selector == service["selector"] == labels
    [server] = spec["template"]["spec"]["containers"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= server.keys()
    [way] = values(BY_NAME["Ingress", "equipoise"], "service")
    assert (way["name"], way["port"]["name"]) == ("equipoise", service["ports"][0]["name"])


def test_servers_read_what_one_job_builds_where_the_image_has_it():
    home = re.search(r"EQUIPOISE_HOME=(\S+)", DOCKERFILE)[1]
    job = BY_NAME["Job", "build-exercises"]["spec"]["template"]["spec"]
    server = BY_NAME["Deployment", "equipoise"]["spec"]["template"]["spec"]
    for pod, read_only in ((job, False), (server, True)):
        [container] = pod["containers"]
        mounts = {one["mountPath"]: one for one in container["volumeMounts"]}
        assert mounts.keys() == {home, f"{home}/bundles", "/tmp"}
        assert mounts[f"{home}/bundles"].get("readOnly", False) is read_only
        user = pod["securityContext"]
        assert f"USER {user['runAsUser']}:{user['runAsGroup']}\n" in DOCKERFILE
    port = server["containers"][0]["ports"][0]["containerPort"]
    assert f"EQUIPOISE_PORT={port}\n" in DOCKERFILE
