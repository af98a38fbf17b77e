"""Everything below /runs/<id>/."""

from django.urls import path

from panels.web import held_runs, lane_actions, panel_wishes, run_actions, run_page

urlpatterns = [
    path("", run_page.run, name="run"),
    path("export/<str:form>/", run_page.export_run, name="export_run"),
    path("stop/", run_actions.stop_run, name="stop_run"),
    path("go-on/", held_runs.go_on, name="go_on"),
    path("seats/<str:letter>/stop/", run_actions.stop_seat, name="stop_seat"),
    path("seats/<str:letter>/choose/", panel_wishes.choose_answer, name="choose_answer"),
    path("judge-now/", panel_wishes.judge_now, name="judge_now"),
    path("wishes/<str:name>/", panel_wishes.wish, name="wish"),
    path("wishes/<str:name>/calls/", panel_wishes.foresee_wish, name="foresee_wish"),
    path("wishes/<str:name>/make/", panel_wishes.make_wish, name="make_wish"),
    path("critiques/", run_actions.add_critique, name="add_critique"),
    path("critiques/<int:number>/decide/", run_actions.decide, name="decide"),
    path("undo/", run_actions.undo, name="undo"),
    path("escalate/", lane_actions.escalate, name="escalate"),
    path("changed/", lane_actions.say_changed, name="say_changed"),
    path("write/", run_actions.write, name="write"),
]
