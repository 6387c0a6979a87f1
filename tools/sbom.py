"""Writes sbom.cdx.json, the CycloneDX list of what requirements.lock installs.

    python -m tools.sbom

The wheel holds it in its .dist-info/sboms (PEP 770). It has neither a time nor a serial number,
so that everybody makes the same bytes. The hashes of the packages' files are in the lock.
"""

from __future__ import annotations

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from screener import __version__
from tools.licences import DEPLOYED, READ, ROOT, Locked, licence, locked

FILE = ROOT / "sbom.cdx.json"
VERSION = SchemaVersion.V1_6
US = "screener"


def _component(package: Locked) -> Component:
    read = LicenseAcknowledgement.CONCLUDED if package.name in READ else None
    spdx = LicenseFactory().make_from_string(
        licence(package.name),
        license_acknowledgement=read or LicenseAcknowledgement.DECLARED,
    )
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        licenses=[spdx],
        purl=PackageURL("pypi", None, package.name, package.version),
        bom_ref=package.name,
    )


def sbom() -> str:
    """The SBOM as JSON."""
    bom = Bom()
    bom.serial_number = None  # type: ignore[assignment]
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.metadata.properties.add(Property(name="cdx:reproducible", value="true"))
    bom.metadata.lifecycles.add(PredefinedLifecycle(LifecyclePhase.PRE_BUILD))
    mit = LicenseFactory().make_from_string(
        "MIT", license_acknowledgement=LicenseAcknowledgement.DECLARED
    )
    root = Component(
        name=US,
        version=__version__,
        type=ComponentType.APPLICATION,
        licenses=[mit],
        bom_ref=US,
    )
    bom.metadata.component = root
    packages = locked(DEPLOYED)
    parts = {package.name: _component(package) for package in packages}
    bom.components.update(parts.values())
    for name, component in [(US, root), *parts.items()]:
        bom.register_dependency(component, [parts[p.name] for p in packages if name in p.via])
    return make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(sbom(), "utf-8")
    print(f"wrote {FILE.relative_to(ROOT)}")
