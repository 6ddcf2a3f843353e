"""What the chart renders to. Needs helm in the PATH."""

import subprocess
import tomllib
import unittest
from pathlib import Path

CHART = Path(__file__).resolve().parent.parent


def helm(*values: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for value in values for part in ("--set", value)]
    command = ["helm", "template", "plan", str(CHART), *chosen]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rendered(*values: str) -> dict[tuple[str, str], str]:
    """Every object's text by its kind and name."""
    done = helm(*values)
    if done.returncode:
        raise AssertionError(done.stderr)
    objects = {}
    for text in done.stdout.split("\n---\n"):
        lines = text.splitlines()
        kind = next(line for line in lines if line.startswith("kind: ")).removeprefix("kind: ")
        name = next(line for line in lines if line.startswith("  name: ")).removeprefix("  name: ")
        objects[kind, name] = text
    return objects


class Chart(unittest.TestCase):
    def test_both_components_have_a_deployment_with_probes_and_a_service(self):
        objects = rendered()
        kinds = {("Deployment", "plan-api"), ("Service", "plan-api"), ("Deployment", "plan-web"), ("Service", "plan-web")}
        self.assertEqual(set(objects), kinds)
        for name in ("plan-api", "plan-web"):
            deployment = objects["Deployment", name]
            self.assertEqual(deployment.count("path: /health"), 3)
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                self.assertIn(f"{probe}:", deployment)

    def test_images_are_those_of_the_release_unless_told_otherwise(self):
        version = next(
            line.split('"')[1] for line in (CHART / "Chart.yaml").read_text().splitlines() if line.startswith("appVersion")
        )
        targets = tomllib.loads((CHART.parent.parent / "windlass.toml").read_text())["targets"]
        published = {f"{target['name']}:{version}" for target in targets if target["kind"] == "image"}
        lines = [line.strip() for text in rendered().values() for line in text.splitlines()]
        images = {line.removeprefix("image: ").strip('"') for line in lines if line.startswith("image: ")}
        self.assertEqual(images, published)
        chosen = rendered("web.image.tag=1.2.3", "web.image.repository=127.0.0.1:5000/page")
        self.assertIn('image: "127.0.0.1:5000/page:1.2.3"', chosen["Deployment", "plan-web"])

    def test_the_page_is_told_where_the_service_is(self):
        self.assertIn("value: http://plan-api:8000\n", rendered()["Deployment", "plan-web"])
        self.assertIn("value: http://plan-api:80\n", rendered("api.port=80")["Deployment", "plan-web"])

    def test_a_sqlite_file_has_one_writer_and_a_claim_where_a_size_is_given(self):
        api = rendered()["Deployment", "plan-api"]
        self.assertIn("type: Recreate", api)
        self.assertIn("emptyDir: {}", api)
        objects = rendered("api.database.size=1Gi")
        self.assertIn("claimName: plan-api", objects["Deployment", "plan-api"])
        self.assertIn("storage: 1Gi", objects["PersistentVolumeClaim", "plan-api"])
        refused = helm("api.replicas=2")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("api.replicas above 1 asks for a PostgreSQL server", refused.stderr)

    def test_a_secret_stands_for_a_server_that_several_replicas_share(self):
        api = rendered("api.replicas=2", "api.database.secret=plans", "api.env[0].name=A", "api.env[0].value=b")
        text = api["Deployment", "plan-api"]
        self.assertIn("replicas: 2", text)
        self.assertIn("name: plans", text)
        self.assertLess(text.index("name: DATABASE_URL"), text.index("name: A\n"))
        self.assertNotIn("volumes:", text)


if __name__ == "__main__":
    unittest.main()
