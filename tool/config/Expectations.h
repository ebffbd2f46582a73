// `expectations:` in .gilray.yaml: what a project knows of its libraries and no source shows.
//
//     expectations:
//       blocking:
//         meter_query: waits for the meter                  # completes "it ..."; certain
//         meter_pack: {degree: likely, why: compresses, size: 2}
//         meter_length: never                               # although gilray's model says so
//       callbacks:
//         meter_on_data: {arg: 1, context: 2, runs: foreign-thread}
//         meter_ops.on_close: detached                      # functions stored in this field
#ifndef GILRAY_CONFIG_EXPECTATIONS_H
#define GILRAY_CONFIG_EXPECTATIONS_H

#include "api/yaml/ModelYaml.h"
#include "api/yaml/YamlReader.h"

namespace gilray::config {

/// As additions to the model. Complaints go to R; what is returned then must not be used.
api::ParsedModel readExpectations(yaml::Reader &R, const YAML::Node &N);

} // namespace gilray::config

#endif
