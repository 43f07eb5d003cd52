"""What of the template MiniStack cannot deploy, each with its reason. Everything else is deployed as it was written."""

import json

from waiting import Missing

NO_CODEDEPLOY = "its CloudFormation does not know CodeDeploy; aliases switch at once"
OMITTED = {
    "AWS::CodeDeploy::Application": NO_CODEDEPLOY,
    "AWS::CodeDeploy::DeploymentConfig": NO_CODEDEPLOY,
    "AWS::CodeDeploy::DeploymentGroup": NO_CODEDEPLOY,
    "AWS::Cognito::ManagedLoginBranding": "its CloudFormation does not know styles; its hosted pages need none",
    "AWS::Events::Archive": "its CloudFormation does not know archives; nothing is replayed here",
    "AWS::Events::EventBusPolicy": "its CloudFormation does not know bus policies; rights are not checked here",
}


def without_omissions(template: dict) -> tuple[dict, dict[str, str]]:
    """The template that is deployed, and why each of the others is left out, by its logical id."""
    reasons = {name: why for name, resource in template["Resources"].items() if (why := OMITTED.get(resource["Type"]))}
    kept = {
        name: _detached(resource, reasons)
        for name, resource in template["Resources"].items()
        if name not in reasons
    }
    _check(kept, reasons, template)
    return {**template, "Resources": kept}, reasons


def _detached(resource: dict, reasons: dict[str, str]) -> dict:
    # An update policy belongs to CodeDeploy, and matters only for an update.
    detached = {key: value for key, value in resource.items() if key not in ("DependsOn", "UpdatePolicy")}
    needed = resource.get("DependsOn", [])
    names = [needed] if isinstance(needed, str) else needed
    detached["DependsOn"] = [name for name in names if name not in reasons]
    return detached


def _check(kept: dict, reasons: dict[str, str], template: dict) -> None:
    """Nothing may refer to what is missing, and nothing is listed that the template does not have."""
    text = json.dumps(kept)
    if torn := [name for name in reasons if f'"{name}"' in text]:
        raise Missing(f"the rest of the template refers to what is left out: {', '.join(torn)}")
    types = {resource["Type"] for resource in template["Resources"].values()}
    if stale := OMITTED.keys() - types:
        raise Missing(f"the template has none of these omissions: {', '.join(sorted(stale))}")
