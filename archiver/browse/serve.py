def serve(folder, port, open_browser):
    raise NotImplementedError
