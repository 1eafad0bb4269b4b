from django.conf import settings
from django.contrib import admin
from import_export.admin import ImportMixin

from .formats import SemicolonCSV
from .models import Person
from .resources import BulkPersonResource, PersonResource


@admin.register(Person)
class PersonAdmin(ImportMixin, admin.ModelAdmin):
    import_formats = [SemicolonCSV]
    resource_classes = [BulkPersonResource if settings.BULK else PersonResource]
