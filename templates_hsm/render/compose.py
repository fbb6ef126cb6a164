"""Makes the content of a send from a template and its values: checked, normalised, with the rendered text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from inbox.model.content import TemplateContent
from templates_hsm.definition.template_definition import Definition, Template
from templates_hsm.parameters.check_parameters import check_parameters
from templates_hsm.parameters.faults import Fault
from templates_hsm.parameters.fill_parameters import normal_form
from templates_hsm.parameters.header_files import Files, check_files, media_of, with_names
from templates_hsm.render.preview import preview, text_of


class ParametersDontFitError(Exception):
    """Values did not fit the template's definition.

    Attributes:
        faults: All of them, with pointers from the parameters on.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("the values don't fit the template")
        self.faults = tuple(faults)


def compose(
    template: Template, definition: Definition, parameters: Mapping[str, Any], *, files: Files, now: datetime
) -> TemplateContent:
    """Make the content to send now; `files` are those that the values name.

    Raises:
        ParametersDontFitError: With every fault.
    """
    faults = check_parameters(definition, parameters, now=now) or tuple(check_files(parameters, files))
    if faults:
        raise ParametersDontFitError(faults)
    normal = with_names(normal_form(definition, parameters), files)
    rendered = text_of(preview(definition, normal))
    return TemplateContent(
        name=template.name,
        language=template.language,
        parameters=normal,
        rendered=rendered,
        category=template.category.value,
        media=media_of(normal, files),
    )
