"""A path given to the stereotype.

Options of a stereotype go by keyword; the path belongs to `@request_mapping`.
"""

from pyfly.container import rest_controller


@rest_controller("/chat")  # error
class ChatController: ...
