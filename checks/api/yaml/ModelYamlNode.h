// For YAML readers whose document has a model inside, such as `model:` in .gilray.yaml.
#ifndef GILRAY_API_YAML_MODELYAMLNODE_H
#define GILRAY_API_YAML_MODELYAMLNODE_H

#include "api/yaml/ModelYaml.h"
#include "api/yaml/YamlReader.h"

namespace gilray::api {

/// Reads the model at N. Complaints go to R; what is returned then must not be used. R and N must come from
/// Reader::load.
ParsedModel readModel(yaml::Reader &R, const YAML::Node &N);

} // namespace gilray::api

#endif
