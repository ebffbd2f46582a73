// gilray-unused-suppression: declared here like every check, found by the driver (tool/driver/Suppress.cpp) after all
// other rules have run and every suppression had its chance.
#include "rules/suppression/UnusedSuppression.h"

namespace gilray {

static constexpr Example UnusedBad[] = {{"nothing on this line is wrong", R"c(#include <Python.h>

PyObject *answer(PyObject *self, PyObject *args)
{
    return PyLong_FromLong(42); /* NOLINT(gilray-detached-api-call) */
}
)c"}};

static constexpr Example UnusedGood[] = {{"the comment silences a finding", R"c(#include <Python.h>

PyObject *answer(PyObject *self, PyObject *args)
{
    Py_BEGIN_ALLOW_THREADS
    Py_INCREF(self); /* NOLINT(gilray-detached-api-call): kept as an example */
    Py_END_ALLOW_THREADS
    return self;
}
)c"}};

static void foundByTheDriver(const rules::Input &, std::vector<Finding> &) {}

GILRAY_CHECK(
    UnusedSuppression,
    {
        .Name = "unused-suppression",
        .Group = "suppression",
        .Summary = "a NOLINT comment names one of gilray's checks and silences nothing",
        .Default = Severity::Note,
        .State = Maturity::Stable,
        .Since = "0.1.0",
        .What = "A NOLINT, NOLINTNEXTLINE or NOLINTBEGIN comment that names a gilray check although no finding of that "
                "check "
                "is there; a comment that names a check that does not exist; NOLINTBEGIN without its NOLINTEND.",
        .Why = "A comment that silences nothing today silences the bug that somebody writes there tomorrow, and a "
               "misspelt "
               "name never silenced anything.",
        .Remedy = "Remove the comment, or correct the name.",
        .Limits =
            "Plain NOLINT without a list is never reported: it may be meant for another tool. Nothing is said when a "
            "named check did not run, or when the file could not be judged completely.",
        .Bad = UnusedBad,
        .Good = UnusedGood,
        .Run = foundByTheDriver,
    });

} // namespace gilray
