from fastapi import FastAPI

from tally import __version__

app = FastAPI(title="tally", version=__version__)
