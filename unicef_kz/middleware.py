from .addresses import PUBLIC, clean_query
from .heartbeat import DATABASE_LOST
from .views import unavailable


class DropNulBytes:
    """PostgreSQL cannot hold a NUL byte, so none can be part of what a visitor looks for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        while "%00" in request.META.get("QUERY_STRING", ""):  # "%0%000" leaves another one
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)


class PermissionsPolicy:
    """The site uses no sensor, camera or advertising interface of the browser."""

    HEADER = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["Permissions-Policy"] = self.HEADER
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PublicAddress:
    """Visitors' addresses answer everybody alike, so nothing else of a request gets further."""

    PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.META.get(DATABASE_LOST):
            return unavailable(request)
        if request.path_info.startswith(PUBLIC) and request.method in ("GET", "HEAD"):
            request.META["QUERY_STRING"] = clean_query(request.META.get("QUERY_STRING", ""))
            for name in self.PERSONAL:
                request.META.pop(name, None)
        return self.get_response(request)
