import pickle

from pyfly.errors import MissingExtraError


def test_missing_extra_goes_from_process_to_process() -> None:
    error = MissingExtraError("redis", extra="redis", purpose="the broker")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (MissingExtraError, str(error))
