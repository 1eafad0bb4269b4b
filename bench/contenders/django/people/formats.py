from import_export.formats.base_formats import CSV


class SemicolonCSV(CSV):
    def create_dataset(self, in_stream, **kwargs):
        return super().create_dataset(in_stream, delimiter=";", **kwargs)
