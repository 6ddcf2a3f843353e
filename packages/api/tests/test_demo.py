import json
import unittest
from pathlib import Path

from calls import call

DEMO = Path(__file__).resolve().parents[2] / "web" / "public"


@unittest.skipUnless(DEMO.is_dir(), "the page is not part of this package; it is there in the repository")
class Demo(unittest.TestCase):
    def test_the_schedule_stored_for_the_page_is_the_service_s_answer_to_the_demo_plan(self):
        status, _, schedule = call("POST", "/schedule", json.loads((DEMO / "demo-plan.json").read_text("utf-8")))
        self.assertEqual(status, 200)
        self.assertEqual(schedule, json.loads((DEMO / "demo-schedule.json").read_text("utf-8")))


if __name__ == "__main__":
    unittest.main()
