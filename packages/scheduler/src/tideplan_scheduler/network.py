"""The plan as a graph: an order in which every task follows its predecessors, or the cycle that prevents it."""

from collections import defaultdict
from heapq import heapify, heappop, heappush

from tideplan_scheduler.plan import Dependency, Plan, PlanError


class Network:
    """Tasks in an order that respects dependencies; ties keep the order of the plan."""

    def __init__(self, plan: Plan) -> None:
        self.into: dict[str, list[Dependency]] = defaultdict(list)
        self.out_of: dict[str, list[Dependency]] = defaultdict(list)
        for dependency in plan.dependencies:
            self.into[dependency.successor].append(dependency)
            self.out_of[dependency.predecessor].append(dependency)
        self.order = self._ordered([task.id for task in plan.tasks])

    def _ordered(self, ids: list[str]) -> list[str]:
        rank = {task_id: n for n, task_id in enumerate(ids)}
        waiting = {task_id: len(self.into[task_id]) for task_id in ids}
        ready = [rank[task_id] for task_id in ids if not waiting[task_id]]
        heapify(ready)
        order = []
        while ready:
            task_id = ids[heappop(ready)]
            order.append(task_id)
            for dependency in self.out_of[task_id]:
                waiting[dependency.successor] -= 1
                if not waiting[dependency.successor]:
                    heappush(ready, rank[dependency.successor])
        if len(order) < len(ids):
            stuck = {task_id for task_id in ids if waiting[task_id]}
            raise PlanError(["tasks wait for each other: " + " -> ".join(self._cycle(ids, stuck))])
        return order

    def _cycle(self, ids: list[str], stuck: set[str]) -> list[str]:
        """One cycle among tasks that never became ready, its first task repeated at the end.

        Each of them has a predecessor among them, so walking backwards must come round.
        """
        at = next(task_id for task_id in ids if task_id in stuck)
        seen: dict[str, int] = {}
        walk = []
        while at not in seen:
            seen[at] = len(walk)
            walk.append(at)
            at = next(d.predecessor for d in self.into[at] if d.predecessor in stuck)
        return [at, *reversed(walk[seen[at] :])]
