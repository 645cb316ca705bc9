# Runs before moto_server (AwsServers.cs puts this folder on PYTHONPATH) and puts one thing right in it.
# UpdateRuleGroup "completely replaces the mutable specifications" of a rule group (AWS API reference); moto 5.2.1 leaves the rules as
# they were when the list is empty.
import sys

if sys.argv[0].endswith("moto_server") or any(arg.endswith("moto_server") for arg in getattr(sys, "orig_argv", [])):
    from moto.wafv2.models import FakeRuleGroup

    update = FakeRuleGroup.update

    def replace(self, description, rules, *rest):
        return update(self, description, rules or [], *rest)

    FakeRuleGroup.update = replace
