"""The entry. The server imports this file once and finds `app`; each visit then runs it as a page.

Strangers never get as far as the page: the gate in `app` answers them with the sign-in form.
"""

import streamlit.runtime

if streamlit.runtime.exists():
    from lib.ui.shell import show

    show()
else:
    import streamlit as st

    from lib.access.routes import ROUTES
    from lib.ui.public_services import PUBLIC_ROUTES
    from lib.ui.server import MIDDLEWARE, close_pages_folder, lifespan, on_script_error

    close_pages_folder()
    app = st.App(
        __file__,
        routes=[*ROUTES, *PUBLIC_ROUTES],
        middleware=MIDDLEWARE,
        lifespan=lifespan,
        on_script_error=on_script_error,
    )
