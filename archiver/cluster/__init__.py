"""Reading on other machines: bytes go out with their digest, readings come back, and one writer here records them.

    here                        on a worker
    workers.Workers.submit  →   there.read
    travel.order_of             travel.opened → routes.read_bundle → travel.answer_of
    travel.reading_of       ←

Nothing connects anywhere unless ``--cluster`` names the place.
"""
