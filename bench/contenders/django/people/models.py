"""The tables of an ordinary Django site: a person is one row, segments are rows of their own."""

from django.db import models


class Segment(models.Model):
    attribute = models.CharField(max_length=50)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attribute", "name"], name="segment_once")]

    def __str__(self):
        return self.name


def segment():
    return models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Person(models.Model):
    email = models.EmailField(unique=True)
    external_id = models.CharField(max_length=50, blank=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=10)
    department = segment()
    team = segment()
    location = segment()
    job_title = segment()
    employment_date = models.DateField(null=True, blank=True)
    salary = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self):
        return self.email
