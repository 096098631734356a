"""Addresses of the desk of plans and trainings, below /desk/reports/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.plans.views import desk, tasks, trainings

urlpatterns = [
    path("plans/", desk.ledger, name="plans"),
    path("plans/new/", desk.new, name="plan_new"),
    path("plans/template.xlsx", desk.template, name="plan_template"),
    path("plans/<key:pk>/", desk.plan, name="plan"),
    path("plans/<key:pk>/head/", desk.head, name="plan_head"),
    path("plans/<key:pk>/import/", desk.take_in, name="plan_import"),
    path("plans/<key:pk>/publicity/", desk.publicity, name="plan_publicity"),
    path("plans/<key:pk>/tasks/new/", tasks.new, name="task_new"),
    path("plans/<key:pk>/tasks.<slug:extension>", desk.take_away, name="plan_file"),
    path("plans/<key:pk>/step/<slug:step>/", desk.step, name="plan_step"),
    path("plans/tasks/<key:pk>/", tasks.task, name="task"),
    path("plans/tasks/<key:pk>/edit/", tasks.edit, name="task_edit"),
    path("plans/tasks/<key:pk>/remove/", tasks.remove, name="task_remove"),
    path("plans/tasks/<key:pk>/act/<slug:act>/", tasks.act, name="task_act"),
    path("plans/progress/<key:pk>/correct/", tasks.correct, name="progress_correct"),
    path("plans/progress/<key:pk>/release/", tasks.release, name="progress_release"),
    path("trainings/", trainings.register, name="trainings"),
    path("trainings/new/", trainings.new, name="training_new"),
    path("trainings/trainings.<slug:extension>", trainings.take_away, name="trainings_file"),
    path("trainings/<key:pk>/", trainings.edit, name="training"),
    path("trainings/<key:pk>/void/", trainings.void, name="training_void"),
]
