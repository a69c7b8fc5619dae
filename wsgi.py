import gc

from shop import create_app

app = create_app()
gc.freeze()  # what was loaded stays, and a command ends the sooner if nobody looks through it
