import type { TemplateParameter } from './template.ts';
import { collectProblems, type Place, problem } from './template-error.ts';

/** Where `cdk bootstrap` keeps its version; only the assertion in the template's Rules reads it. */
const BOOTSTRAP_VERSION = /^\/cdk-bootstrap\/[^/]+\/version$/;

/**
 * The value of each template parameter, as a function that throws a TemplateError when it has none: only a parameter
 * that something refers to needs one.
 * @throws TemplateError for a supplied value that the template does not ask for or allow
 */
export function resolveParameters(
  declared: Readonly<Record<string, TemplateParameter>>,
  supplied: Readonly<Record<string, string>>,
): ReadonlyMap<string, () => unknown> {
  const unasked = Object.keys(supplied).filter((name) => !Object.hasOwn(declared, name));
  collectProblems(unasked, (name) => {
    throw problem({ logicalId: name, path: '' }, 'a value was supplied, but the template has no such parameter');
  });
  return new Map(
    collectProblems(Object.entries(declared), ([name, parameter]) => [
      name,
      parameterValue(name, parameter, supplied[name]),
    ]),
  );
}

function parameterValue(name: string, parameter: TemplateParameter, supplied: string | undefined): () => unknown {
  const place: Place = { logicalId: name, path: 'Parameters' };
  const isFromParameterStore = parameter.Type.startsWith('AWS::SSM::Parameter::Value<');
  // The default of such a parameter is the name under which Parameter Store has the value, not the value.
  const value = supplied ?? (isFromParameterStore ? undefined : parameter.Default);
  if (isFromParameterStore && supplied === undefined) {
    const isBootstrapVersion = BOOTSTRAP_VERSION.test(parameter.Default ?? '');
    return () => {
      throw problem(
        place,
        isBootstrapVersion
          ? 'the local cloud is not bootstrapped, so nothing can refer to the bootstrap version'
          : `supply the value that Parameter Store has under ${parameter.Default}`,
      );
    };
  }
  if (value === undefined) {
    return () => {
      throw problem(place, 'the parameter has no default, and no value was supplied');
    };
  }
  if (parameter.AllowedValues && !parameter.AllowedValues.includes(value)) {
    throw problem(place, `"${value}" is not one of ${parameter.AllowedValues.join(', ')}`);
  }
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.includes('List<');
  return () => (isList ? value.split(',').map((item) => item.trim()) : value);
}
