import time
from browser.desk import *
def test_a(desk):
    t=time.time()
    form = desk.practise()
    print("open", time.time()-t); t=time.time()
    form.answer_in_full("I would ask who may see the file.")
    print(time.time()-t)
    form.button("Save and next").click()
    form.heading("This set is done").wait_for()
    print(time.time()-t, desk.cells())
def test_b(desk):
    t=time.time()
    form = desk.practise()
    print("open", time.time()-t); t=time.time()
    form.write("x")
    print(desk.home, drafts(desk.home))
