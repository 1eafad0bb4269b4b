"""How rows become people, as the library's documentation shows it: by default, and with its advice for large files."""

from django.conf import settings
from django.core.validators import validate_email
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import (
    CachedForeignKeyWidget,
    CharWidget,
    DateWidget,
    DecimalWidget,
    ForeignKeyWidget,
)

from .models import Person, Segment



class EmailWidget(CharWidget):
    def clean(self, value, row=None, **kwargs):
        email = super().clean(value, row, **kwargs)
        validate_email(email)
        return email


class SegmentWidget(ForeignKeyWidget):
    """Gets a segment by its name, or creates it."""

    def __init__(self, attribute):
        super().__init__(Segment, "name")
        self.attribute = attribute

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        return Segment.objects.get_or_create(attribute=self.attribute, name=value)[0]


class RememberingSegmentWidget(SegmentWidget):
    """The same, with one query for all segments that are there. A resource, and so its widgets, lives for one import."""

    known = None

    def clean(self, value, row=None, **kwargs):
        if self.known is None:
            self.known = {segment.name: segment for segment in Segment.objects.filter(attribute=self.attribute)}
        if value and value not in self.known:
            self.known[value] = super().clean(value, row, **kwargs)
        return self.known.get(value)


class PersonResource(ModelResource):
    """All of the library's settings are its defaults. Managers are looked up after all people are written."""

    email = Field("email", "Email", EmailWidget())
    external_id = Field("external_id", "External Id")
    first_name = Field("first_name", "First name")
    last_name = Field("last_name", "Last name")
    language = Field("language", "Language")
    department = Field("department", "Department", SegmentWidget("Department"))
    team = Field("team", "Team", SegmentWidget("Team"))
    location = Field("location", "Location", SegmentWidget("Location"))
    job_title = Field("job_title", "Job title", SegmentWidget("Job title"))
    employment_date = Field("employment_date", "Employment Date", DateWidget("%Y-%m-%d"))
    salary = Field("salary", "Salary", DecimalWidget())

    class Meta:
        model = Person
        import_id_fields = ["email"]
        exclude = ["id", "manager"]

    def after_import(self, dataset, result, **kwargs):
        if settings.DELETE_MISSING:
            Person.objects.exclude(email__in=dataset["Email"]).delete()
        self.import_managers(dataset)

    def import_managers(self, dataset):
        widget = ForeignKeyWidget(Person, "email")
        for row in dataset.dict:
            manager = widget.clean(row["Manager"], row)
            Person.objects.filter(email=row["Email"]).update(manager=manager)


class BulkPersonResource(PersonResource):
    """With all that the documentation advises for large files, but for the differences that the preview shows."""

    department = Field("department", "Department", RememberingSegmentWidget("Department"))
    team = Field("team", "Team", RememberingSegmentWidget("Team"))
    location = Field("location", "Location", RememberingSegmentWidget("Location"))
    job_title = Field("job_title", "Job title", RememberingSegmentWidget("Job title"))

    class Meta(PersonResource.Meta):
        use_bulk = True
        batch_size = 1000
        skip_unchanged = True
        instance_loader_class = CachedInstanceLoader

    def get_queryset(self):
        return super().get_queryset().select_related("department", "team", "location", "job_title")

    def import_managers(self, dataset):
        widget = CachedForeignKeyWidget(Person, "email")
        people = {person.email: person for person in Person.objects.all()}
        moved = []
        for row in dataset.dict:
            person, manager = people[row["Email"]], widget.clean(row["Manager"], row)
            manager_id = manager.pk if manager else None
            if person.manager_id != manager_id:
                person.manager_id = manager_id
                moved.append(person)
        Person.objects.bulk_update(moved, ["manager"], batch_size=1000)
